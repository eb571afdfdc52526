package io.featherwire.evaluation.statistics;

import io.featherwire.codec.statistics.WilsonInterval;

/**
 * A count out of a total, such as correctly classified images.
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

    /** The proportion, 0..1; NaN if the total is 0. */
    public double value() {
        return (double) hits / total;
    }

    /** Wilson's 95 % score interval; 0..1 if the total is 0. */
    public ConfidenceInterval wilson95() {
        WilsonInterval interval = WilsonInterval.of(hits, total);
        return new ConfidenceInterval(interval.low(), interval.high());
    }
}
