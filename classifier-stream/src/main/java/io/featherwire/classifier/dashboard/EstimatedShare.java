package io.featherwire.classifier.dashboard;

import io.featherwire.codec.statistics.ScoreInterval;
import org.jspecify.annotations.Nullable;

/**
 * A share with its 95 % confidence interval, all in 0..1 or, for a difference, in -1..1.
 *
 * @param value the share
 * @param low lower end of the interval
 * @param high upper end of the interval
 */
public record EstimatedShare(double value, double low, double high) {
    /** {@code hits} of {@code n} with Wilson's score interval; null if {@code n} is 0. */
    static @Nullable EstimatedShare of(long hits, long n) {
        if (n == 0) {
            return null;
        }
        ScoreInterval interval = ScoreInterval.of(hits, n);
        return new EstimatedShare((double) hits / n, interval.low(), interval.high());
    }

    /**
     * The difference of two shares over the same {@code n} frames, first minus second, from the frames where only one of the two
     * is right (Agresti and Min's interval for matched pairs, which adds half a frame to each cell); null for no frames.
     */
    static @Nullable EstimatedShare pairedDifference(long onlyFirst, long onlySecond, long n) {
        if (n == 0) {
            return null;
        }
        double b = onlyFirst + 0.5;
        double c = onlySecond + 0.5;
        double m = n + 2.0;
        double centre = (b - c) / m;
        double half = ScoreInterval.Z95 * Math.sqrt((b + c) - (b - c) * (b - c) / m) / m;
        return new EstimatedShare(
                (double) (onlyFirst - onlySecond) / n, Math.max(-1, centre - half), Math.min(1, centre + half));
    }
}
