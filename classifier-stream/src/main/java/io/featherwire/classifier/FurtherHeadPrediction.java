package io.featherwire.classifier;

import io.featherwire.classifier.accuracy.CountedHead;
import io.featherwire.classifier.accuracy.FramePrediction;
import io.featherwire.schemas.Classification;
import java.util.Optional;

/**
 * The prediction of a further head for a frame.
 *
 * @param classification as it goes out
 * @param counted what the ledger keeps of it; empty for a kind that labels cannot judge by one class
 */
record FurtherHeadPrediction(Classification classification, Optional<Counted> counted) {

    /** What the ledger keeps of it, and of which head. */
    record Counted(CountedHead head, FramePrediction prediction) {}
}
