package io.featherwire.classifier;

import io.featherwire.classifier.accuracy.CountedHead;
import io.featherwire.classifier.accuracy.FramePrediction;
import io.featherwire.schemas.Classification;
import java.util.Optional;

/**
 * The prediction of a further head for a frame.
 *
 * @param classification the record to publish
 * @param counted the prediction for the ledger; empty for kinds without a single class
 */
record FurtherHeadPrediction(Classification classification, Optional<Counted> counted) {

    /** What the ledger keeps of it, and of which head. */
    record Counted(CountedHead head, FramePrediction prediction) {}
}
