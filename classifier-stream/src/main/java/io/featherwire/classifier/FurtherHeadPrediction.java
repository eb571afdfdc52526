package io.featherwire.classifier;

import io.featherwire.classifier.accuracy.CountedHead;
import io.featherwire.classifier.accuracy.FramePrediction;
import io.featherwire.schemas.Classification;
import java.util.Optional;

/**
 * The prediction of a further head for a frame.
 *
 * @param classification the record to publish
 * @param counted the prediction for the ledger; empty if the head does not predict exactly one class
 */
record FurtherHeadPrediction(Classification classification, Optional<LedgerPrediction> counted) {

    /** The part of the prediction that the ledger stores, and the head. */
    record LedgerPrediction(CountedHead head, FramePrediction prediction) {}
}
