package io.featherwire.evaluation.statistics;

/**
 * A count out of a total, such as images classified rightly.
 *
 * @param hits 0..total
 * @param total at least 0
 */
public record Proportion(int hits, int total) {

    public Proportion {
        if (hits < 0 || hits > total) {
            throw new IllegalArgumentException(hits + " of " + total + " is no proportion");
        }
    }

    /** 0..1; NaN where there was nothing to count. */
    public double value() {
        return (double) hits / total;
    }

    /**
     * The 95 % score interval, which holds its coverage near 0 and 1 and for small totals too; 0..1 where there was
     * nothing to count.
     *
     * <p>E. B. Wilson: Probable inference, the law of succession, and statistical inference. Journal of the American
     * Statistical Association 22 (1927), 209–212.
     */
    public Interval wilson95() {
        if (total == 0) {
            return new Interval(0, 1);
        }
        double z2 = Interval.Z95 * Interval.Z95;
        double n = total;
        double p = value();
        double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
        double half = Interval.Z95 / (1 + z2 / n) * Math.sqrt(p * (1 - p) / n + z2 / (4 * n * n));
        return new Interval(Math.max(0, centre - half), Math.min(1, centre + half));
    }
}
