package io.featherwire.bundler.fit;

/**
 * What payloads of one coarseness cost and keep, on held-back images.
 *
 * @param step of the quantiser
 * @param coefficients that are sent
 * @param bytes mean of a payload
 * @param error mean squared distance of the decoded feature, as a share of the features' spread
 * @param agreement share of images with the network's own first answer
 * @param topFive share of images whose first answer is among the decoded feature's first five
 * @param divergence mean Kullback–Leibler divergence of the answers, in nats
 */
public record RatePoint(
        double step,
        int coefficients,
        double bytes,
        double error,
        double agreement,
        double topFive,
        double divergence) {}
