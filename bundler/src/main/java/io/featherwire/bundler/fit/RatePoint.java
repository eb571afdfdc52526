package io.featherwire.bundler.fit;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * The size and quality of payloads at one step size, on held-back images.
 *
 * @param step the step of the quantiser
 * @param coefficients the number of coefficients that are sent
 * @param bytes the mean payload size, in bytes
 * @param error the mean squared error of the decoded feature, as a share of the features' variance
 * @param agreement the share of images with the network's own top-1 prediction
 * @param topFive the share of images whose own top-1 prediction is among the five most probable classes of the decoded
 *      feature
 * @param divergence the mean Kullback–Leibler divergence of the predictions, in nats
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
