package io.featherwire.evaluation.statistics;

import io.featherwire.codec.statistics.ScoreInterval;

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

    /** Wilson's 95 % score interval; 0..1 where there was nothing to count. */
    public Interval wilson95() {
        ScoreInterval interval = ScoreInterval.of(hits, total);
        return new Interval(interval.low(), interval.high());
    }
}
