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
     * A frame that was classified.
     *
     * @param classification of the bundle's own head
     * @param further predictions of further heads
     * @param prediction the part of the own head's classification that the ledger stores
     * @param from coordinates of its features record
     * @param head the own head
     * @param expected expected size of a payload, if the bundle has it
     */
    @RecordBuilder
    record Classified(
            Classification classification,
            List<FurtherHeadPrediction> further,
            FrameKey frame,
            FramePrediction prediction,
            InputPosition from,
            CountedHead head,
            Optional<ExpectedPayload> expected)
            implements LedgerInput {}

    /** A label and its record. */
    record Labelled(FrameKey frame, FrameLabel label, SourceRecord source) implements LedgerInput {}
}
