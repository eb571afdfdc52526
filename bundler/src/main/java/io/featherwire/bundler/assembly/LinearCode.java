package io.featherwire.bundler.assembly;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A linear transform from a feature x of d values to a code of k, and back: code = analysis · reduce(x - mean), x =
 * mean + expand(synthesis · code). With a companding x is the feature's roots.
 *
 * @param companding of the values before the transform
 * @param mean [d] of what is transformed
 * @param reduction [r, channels] row by row, orthonormal rows: each position's channels to fewer; null where all stay
 * @param analysis [k, m] row by row; m is r times the positions, or d
 * @param synthesis [m, k] row by row
 * @param nonNegative whether the decoder may clamp negative values to 0
 */
public record LinearCode(
        Companding companding,
        float[] mean,
        float @Nullable [] reduction,
        float[] analysis,
        float[] synthesis,
        boolean nonNegative) {

    /** Without a companding. */
    public LinearCode(
            float[] mean, float @Nullable [] reduction, float[] analysis, float[] synthesis, boolean nonNegative) {
        this(Companding.NONE, mean, reduction, analysis, synthesis, nonNegative);
    }

    /** Values of a code. */
    public int count(FeatureLayout form) {
        return analysis.length / inner(form);
    }

    /** Values between the reduction of the channels and the transform. */
    public int inner(FeatureLayout form) {
        return reduction == null ? form.values() : reduction.length / form.channels() * form.positions();
    }

    /** A copy whose reconstruction is scaled away from the mean by a gain. */
    public LinearCode withGain(float gain) {
        float[] scaled = synthesis.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= gain;
        }
        return new LinearCode(companding, mean, reduction, analysis, scaled, nonNegative);
    }

    /** The linear part alone: companded features to code and back, without clamping. */
    public LinearCode linear() {
        return new LinearCode(Companding.NONE, mean, reduction, analysis, synthesis, false);
    }

    /** The first coefficients only. */
    public LinearCode first(int count, FeatureLayout form) {
        int inner = inner(form);
        int all = count(form);
        float[] fewer = new float[inner * count];
        for (int i = 0; i < inner; i++) {
            System.arraycopy(synthesis, i * all, fewer, i * count, count);
        }
        return new LinearCode(companding, mean, reduction, Arrays.copyOf(analysis, count * inner), fewer, nonNegative);
    }
}
