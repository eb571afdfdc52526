package io.featherwire.classifier;

/**
 * A mean that forgets: plain over the first values, exponentially weighted from then on, so that about the newest thousand count.
 *
 * @param count values seen
 * @param value the mean
 * @param squares sum of the squared weights: the variance of the mean in variances of one value, if the values are independent
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
