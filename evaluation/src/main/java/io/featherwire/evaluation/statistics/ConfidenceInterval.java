package io.featherwire.evaluation.statistics;

/**
 * A confidence interval.
 *
 * @param low lower end, not above {@code high}
 * @param high upper end
 */
public record ConfidenceInterval(double low, double high) {

    public ConfidenceInterval {
        if (!(low <= high)) {
            throw new IllegalArgumentException("an interval cannot go from " + low + " to " + high);
        }
    }

    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    public double width() {
        return high - low;
    }
}
