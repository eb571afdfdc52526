package io.featherwire.bundler.fit;

import io.featherwire.bundler.assembly.FeatureLayout;
import io.featherwire.bundler.assembly.LinearCode;

/**
 * Fits the gain of a decoder that clamps at 0: reconstructions are scaled away from the mean, because clamping biases
 * the other values towards it.
 */
final class DecoderGain {
    private static final float STEP = 0.02f;
    private static final int STEPS = 10;

    private DecoderGain() {}

    /**
     * Returns the gain with the smallest squared error; 1 for features with negative values.
     *
     * @param codes [rows, count], as the decoder side reconstructs them
     * @param exact [rows, count or more], the codes of the same features before quantisation
     */
    static float compute(
            MatrixProducts products,
            LinearCode code,
            LinearCode whole,
            FeatureLayout layout,
            float[] codes,
            float[] exact,
            int rows) {
        if (!code.nonNegative()) {
            return 1;
        }
        float[] rebuilt = KarhunenLoeveFit.decode(products, code.linearPart(), layout, codes, rows);
        float[] wanted = KarhunenLoeveFit.decode(products, whole, layout, exact, rows);
        float best = 1;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i <= STEPS; i++) {
            float gain = 1 + i * STEP;
            double error = 0;
            for (int k = 0; k < rebuilt.length; k++) {
                float mean = code.mean()[k % code.mean().length];
                float value = code.companding().expand(mean + gain * (rebuilt[k] - mean));
                double apart = Math.max(0, value) - wanted[k];
                error += apart * apart;
            }
            if (error < least) {
                least = error;
                best = gain;
            }
        }
        return best;
    }
}
