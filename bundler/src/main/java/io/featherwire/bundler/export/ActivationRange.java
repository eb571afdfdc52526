package io.featherwire.bundler.export;

/**
 * The range of values that unsigned bytes represent at one place of a network; zero is represented exactly.
 *
 * @param low the lowest value, at most 0
 * @param high the highest value, at least 0
 */
public record ActivationRange(float low, float high) {

    public ActivationRange {
        if (!(low <= 0) || !(high >= 0) || !Float.isFinite(low) || !Float.isFinite(high)) {
            throw new IllegalArgumentException("range " + low + ".." + high + " must be finite and contain 0");
        }
    }

    /** Returns the step between two successive bytes. */
    public float scale() {
        float scale = (high - low) / 255;
        return scale > 0 ? scale : 1;
    }

    /** Returns the byte that represents 0, in 0..255. */
    public int zeroPoint() {
        return Math.max(0, Math.min(255, Math.round(-low / scale())));
    }
}
