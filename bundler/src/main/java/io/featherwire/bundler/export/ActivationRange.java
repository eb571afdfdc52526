package io.featherwire.bundler.export;

/**
 * The range of values that unsigned bytes represent at one place of a network; zero is represented exactly.
 *
 * @param low at most 0
 * @param high at least 0
 */
public record ActivationRange(float low, float high) {

    public ActivationRange {
        if (!(low <= 0) || !(high >= 0) || !Float.isFinite(low) || !Float.isFinite(high)) {
            throw new IllegalArgumentException("range " + low + ".." + high + " must be finite and hold 0");
        }
    }

    /** The step between two bytes. */
    public float scale() {
        float scale = (high - low) / 255;
        return scale > 0 ? scale : 1;
    }

    /** The byte that stands for 0, in 0..255. */
    public int zeroPoint() {
        return Math.max(0, Math.min(255, Math.round(-low / scale())));
    }
}
