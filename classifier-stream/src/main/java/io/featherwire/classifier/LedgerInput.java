package io.featherwire.classifier;

import io.featherwire.classifier.accuracy.CountedHead;
import io.featherwire.classifier.accuracy.FrameKey;
import io.featherwire.classifier.accuracy.FrameLabel;
import io.featherwire.classifier.accuracy.FramePrediction;
import io.featherwire.classifier.accuracy.InputPosition;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.schemas.Classification;
import java.util.List;
import java.util.Optional;

/** What the accuracy processor takes in: frames that were classified, and labels. */
sealed interface LedgerInput {
    /**
     * A frame that was classified.
     *
     * @param classification of the bundle's own head
     * @param further what further heads say
     * @param prediction what the ledger keeps of the own head's classification
     * @param from the features record that it came from
     * @param head the own head
     * @param expected size of a payload, as far as the bundle says it
     */
    record Classified(
            Classification classification,
            List<FurtherHeadPrediction> further,
            FrameKey frame,
            FramePrediction prediction,
            InputPosition from,
            CountedHead head,
            Optional<ExpectedPayload> expected)
            implements LedgerInput {}

    /** A label, and the record that it came in. */
    record Labelled(FrameKey frame, FrameLabel label, SourceRecord source) implements LedgerInput {}
}
