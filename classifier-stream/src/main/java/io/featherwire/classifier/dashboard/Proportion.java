package io.featherwire.classifier.dashboard;

import org.jspecify.annotations.Nullable;

/**
 * A share with its 95 % confidence interval, all in 0..1 or, for a difference, in -1..1.
 *
 * @param value the share
 * @param low lower end of the interval
 * @param high upper end of the interval
 */
public record Proportion(double value, double low, double high) {
    private static final double Z = 1.959963984540054;

    /** {@code hits} of {@code n} with Wilson's score interval; null for none of none. */
    static @Nullable Proportion of(long hits, long n) {
        if (n == 0) {
            return null;
        }
        double p = (double) hits / n;
        double z2n = Z * Z / n;
        double centre = (p + z2n / 2) / (1 + z2n);
        double half = Z / (1 + z2n) * Math.sqrt(p * (1 - p) / n + z2n / (4 * n));
        return new Proportion(p, Math.max(0, centre - half), Math.min(1, centre + half));
    }

    /**
     * The difference of two shares over the same {@code n} frames, first minus second, from the frames where only one of the two
     * is right (Agresti and Min's interval for matched pairs, which adds half a frame to each cell); null for no frames.
     */
    static @Nullable Proportion pairedDifference(long onlyFirst, long onlySecond, long n) {
        if (n == 0) {
            return null;
        }
        double b = onlyFirst + 0.5;
        double c = onlySecond + 0.5;
        double m = n + 2.0;
        double centre = (b - c) / m;
        double half = Z * Math.sqrt((b + c) - (b - c) * (b - c) / m) / m;
        return new Proportion(
                (double) (onlyFirst - onlySecond) / n, Math.max(-1, centre - half), Math.min(1, centre + half));
    }
}
