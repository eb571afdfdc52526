package io.featherwire.trainer.bottleneck;

import io.featherwire.trainer.Logits;
import io.featherwire.trainer.bottleneck.QuantiserChoice.Codes;
import java.util.Arrays;

/**
 * How wide the quantiser steps of a code's channels are to each other: a channel whose error moves the answers much gets a fine one.
 *
 * <p>Errors of uniform steps add their variances step²/12, each weighted by how much the posterior diverges per unit of it; at a given sum of
 * bits the weighted sum is least where step² is inversely proportional to the weight (bit allocation by Huang and Schultheiss 1963).
 */
final class StepRatios {
    private static final int SAMPLE = 512;

    /** No channel is finer or coarser than the geometric mean by more than this. */
    private static final double MOST = 8;

    private StepRatios() {}

    /**
     * Ratios of the channels, of geometric mean 1.
     *
     * @param size of the error that is tried, in units of the code
     */
    static float[] of(Codes codes, double size) {
        int values = codes.shape().values();
        int plane = codes.shape().plane();
        int channels = codes.shape().channels();
        int count = Math.min(SAMPLE, codes.training().length / values);
        float[] sample = Arrays.copyOf(codes.training(), count * values);
        float[] logits = codes.classify().apply(sample);
        double[] logWeights = new double[channels];
        for (int c = 0; c < channels; c++) {
            float[] moved = sample.clone();
            for (int i = 0; i < count; i++) {
                for (int p = 0; p < plane; p++) {
                    moved[i * values + c * plane + p] += (float) ((i + p) % 2 == 0 ? size : -size);
                }
            }
            double divergence = Logits.divergenceBits(logits, codes.classify().apply(moved), codes.classes());
            logWeights[c] = Math.log(Math.max(1e-9, divergence));
        }
        double mean = Arrays.stream(logWeights).average().orElseThrow();
        float[] ratios = new float[channels];
        for (int c = 0; c < channels; c++) {
            ratios[c] = (float) Math.min(MOST, Math.max(1 / MOST, Math.exp((mean - logWeights[c]) / 2)));
        }
        return ratios;
    }
}
