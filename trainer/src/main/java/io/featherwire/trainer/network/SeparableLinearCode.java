package io.featherwire.trainer.network;

/**
 * A linear code in two steps that an {@link Autoencoder} can compute. The first step maps F channels to K channels at
 * every position. The second step maps the K channels of all positions to R coefficients.
 *
 * @param channelAnalysis matrix [K, F] from a feature's channels to channels of variance 1
 * @param channelSynthesis matrix [F, K] from K channels back to the feature's channels
 * @param channelOffset offset [F] that is added after {@code channelSynthesis}
 * @param mean mean [K, H·W] of the K channels at every position
 * @param analysis matrix [R, K, H·W] from deviations from the mean to coefficients; R is less than K
 * @param synthesis matrix [K, H·W, R] from coefficients back to deviations from the mean
 */
public record SeparableLinearCode(
        float[] channelAnalysis,
        float[] channelSynthesis,
        float[] channelOffset,
        float[] mean,
        float[] analysis,
        float[] synthesis) {}
