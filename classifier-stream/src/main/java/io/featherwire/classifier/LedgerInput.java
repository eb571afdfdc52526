package io.featherwire.classifier;

import io.featherwire.classifier.accuracy.FrameKey;
import io.featherwire.classifier.accuracy.FrameLabel;
import io.featherwire.classifier.accuracy.FramePrediction;
import io.featherwire.classifier.accuracy.Position;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.schemas.Classification;
import java.util.List;
import java.util.Optional;

/** What the accuracy processor takes in: frames that were classified, and labels. */
sealed interface LedgerInput {
    /** The own head's classification, those of further heads, what the ledger keeps of it, the features record it came from, and what its bundle says: class names, expected payload size. */
    record Classified(
            Classification classification,
            List<Classification> further,
            FrameKey frame,
            FramePrediction prediction,
            Position from,
            List<String> classes,
            Optional<ExpectedPayload> expected)
            implements LedgerInput {}

    /** A label, and the record that it came in. */
    record Labelled(FrameKey frame, FrameLabel label, SourceRecord source) implements LedgerInput {}
}
