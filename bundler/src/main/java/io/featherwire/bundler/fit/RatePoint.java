package io.featherwire.bundler.fit;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Size and quality of payloads of one step size, on held-back images.
 *
 * @param step of the quantiser
 * @param coefficients number of coefficients that are sent
 * @param bytes mean of a payload
 * @param error mean squared error of the decoded feature, as a share of the features' variance
 * @param agreement share of images with the network's own top-1 prediction
 * @param topFive share of images whose first prediction is among the decoded feature's first five
 * @param divergence mean Kullback–Leibler divergence of the predictions, in nats
 */
@RecordBuilder
public record RatePoint(
        double step,
        int coefficients,
        double bytes,
        double error,
        double agreement,
        double topFive,
        double divergence) {}
