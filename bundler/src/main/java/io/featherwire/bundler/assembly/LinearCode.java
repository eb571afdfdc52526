package io.featherwire.bundler.assembly;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A linear transform from a feature x of d values to a code of k values, and back: code = analysis · reduce(x - mean),
 * x = mean + expand(synthesis · code). With a companding, x is the companded feature.
 *
 * @param companding the companding of the values before the transform
 * @param mean [d], the mean of the values that are transformed
 * @param reduction [r, channels] row by row, orthonormal rows that reduce each position's channels to r; null if all
 *      channels stay
 * @param analysis [k, m] row by row; m is r times the positions, or d without a reduction
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

    /** Makes a transform without a companding. */
    public LinearCode(
            float[] mean, float @Nullable [] reduction, float[] analysis, float[] synthesis, boolean nonNegative) {
        this(Companding.NONE, mean, reduction, analysis, synthesis, nonNegative);
    }

    /** Returns the number of values of a code. */
    public int codeLength(FeatureLayout layout) {
        return analysis.length / reducedValues(layout);
    }

    /** Returns the number of values between the reduction of the channels and the transform. */
    public int reducedValues(FeatureLayout layout) {
        return reduction == null ? layout.values() : reduction.length / layout.channels() * layout.positions();
    }

    /** Returns a copy whose reconstruction is scaled away from the mean by a gain. */
    public LinearCode withGain(float gain) {
        float[] scaled = synthesis.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= gain;
        }
        return new LinearCode(companding, mean, reduction, analysis, scaled, nonNegative);
    }

    /** Returns the linear part alone: from companded features to code and back, without clamping. */
    public LinearCode linearPart() {
        return new LinearCode(Companding.NONE, mean, reduction, analysis, synthesis, false);
    }

    /** Returns a copy with the first coefficients only. */
    public LinearCode withFirstCoefficients(int count, FeatureLayout layout) {
        int inner = reducedValues(layout);
        int all = codeLength(layout);
        float[] fewer = new float[inner * count];
        for (int i = 0; i < inner; i++) {
            System.arraycopy(synthesis, i * all, fewer, i * count, count);
        }
        return new LinearCode(companding, mean, reduction, Arrays.copyOf(analysis, count * inner), fewer, nonNegative);
    }
}
