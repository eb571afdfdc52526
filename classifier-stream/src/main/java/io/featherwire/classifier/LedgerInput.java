package io.featherwire.classifier;

import io.featherwire.classifier.accuracy.CountedHead;
import io.featherwire.classifier.accuracy.FrameKey;
import io.featherwire.classifier.accuracy.FrameLabel;
import io.featherwire.classifier.accuracy.FramePrediction;
import io.featherwire.classifier.accuracy.InputPosition;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.schemas.Classification;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;

/** The input of the accuracy processor: classified frames and labels. */
sealed interface LedgerInput {
    /**
     * A classified frame.
     *
     * @param classification the classification of the bundle's own head
     * @param further the predictions of further heads
     * @param prediction the part of the own head's classification that the ledger stores
     * @param from offset and timestamp of the features record
     * @param head the bundle's own head
     * @param expected the expected size of the payload, if it is known
     */
    @RecordBuilder
    record Classified(
            Classification classification,
            List<FurtherHeadPrediction> further,
            FrameKey frame,
            FramePrediction prediction,
            InputPosition from,
            CountedHead head,
            Optional<ExpectedPayloadSize> expected)
            implements LedgerInput {}

    /** A label, with its record for the dead letters. */
    record Labelled(FrameKey frame, FrameLabel label, SourceRecord source) implements LedgerInput {}
}
