package io.featherwire.classifier.dashboard;

import io.featherwire.codec.statistics.WilsonInterval;
import org.jspecify.annotations.Nullable;

/**
 * A share with its 95 % confidence interval, in 0..1; for a difference of shares, in -1..1.
 *
 * @param value the estimate
 * @param low the lower end of the interval
 * @param high the upper end of the interval
 */
public record EstimatedShare(double value, double low, double high) {
    /** The share {@code hits / n} with Wilson's score interval; null if {@code n} is 0. */
    static @Nullable EstimatedShare of(long hits, long n) {
        if (n == 0) {
            return null;
        }
        WilsonInterval interval = WilsonInterval.of(hits, n);
        return new EstimatedShare((double) hits / n, interval.low(), interval.high());
    }

    /**
     * The difference of two shares over the same {@code n} frames, first minus second, with Agresti and Min's interval
     * for matched pairs, which adds half a frame to each cell; null if {@code n} is 0.
     *
     * @param onlyFirst the number of frames where only the first path is correct
     * @param onlySecond the number of frames where only the second path is correct
     */
    static @Nullable EstimatedShare pairedDifference(long onlyFirst, long onlySecond, long n) {
        if (n == 0) {
            return null;
        }
        double b = onlyFirst + 0.5;
        double c = onlySecond + 0.5;
        double m = n + 2.0;
        double centre = (b - c) / m;
        double half = WilsonInterval.Z95 * Math.sqrt((b + c) - (b - c) * (b - c) / m) / m;
        return new EstimatedShare(
                (double) (onlyFirst - onlySecond) / n, Math.max(-1, centre - half), Math.min(1, centre + half));
    }
}
