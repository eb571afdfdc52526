package io.featherwire.classifier;

/**
 * A moving mean: the plain mean of the first 500 values, then exponentially weighted with a weight of 0.002 for each
 * new value.
 *
 * @param count the number of values so far
 * @param value the mean
 * @param squares the sum of the squared weights: the ratio between the variances of the mean and of one value, if
 *     values are independent
 */
record RollingMean(long count, double value, double squares) {
    private static final double LEAST_WEIGHT = 0.002;

    static final RollingMean NONE = new RollingMean(0, 0, 0);

    RollingMean with(double next) {
        double weight = Math.max(LEAST_WEIGHT, 1.0 / (count + 1));
        double kept = 1 - weight;
        return new RollingMean(count + 1, value + weight * (next - value), kept * kept * squares + weight * weight);
    }
}
