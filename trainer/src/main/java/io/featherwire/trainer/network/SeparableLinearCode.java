package io.featherwire.trainer.network;

/**
 * A linear code in two steps that an {@link Autoencoder} can compute: F channels to K at every position, then all of them to R numbers.
 *
 * @param channelAnalysis [K, F]: channels of a feature to channels of variance 1
 * @param channelSynthesis [F, K]: the way back
 * @param channelOffset [F]: what the way back adds
 * @param mean [K, H·W] of the K channels at every position
 * @param analysis [R, K, H·W]: deviations from the mean to code; R is less than K
 * @param synthesis [K, H·W, R]: the way back
 */
public record SeparableLinearCode(
        float[] channelAnalysis,
        float[] channelSynthesis,
        float[] channelOffset,
        float[] mean,
        float[] analysis,
        float[] synthesis) {}
