package io.featherwire.bundler.head;

/**
 * Scales each component of a feature to mean 0 and standard deviation 1; a constant component becomes 0.
 *
 * @param mean the mean of each component
 * @param inverse 1 / standard deviation of each component, 0 for a constant component
 */
record FeatureStandardisation(float[] mean, float[] inverse) {

    /** Below this share of the largest standard deviation, a component counts as constant. */
    private static final double CONSTANT = 1e-5;

    static FeatureStandardisation of(LabelledFeatures features, int[] rows) {
        int length = features.length();
        double[] sum = new double[length];
        for (int row : rows) {
            for (int d = 0; d < length; d++) {
                sum[d] += features.values()[row * length + d];
            }
        }
        double[] squares = new double[length];
        for (int row : rows) {
            for (int d = 0; d < length; d++) {
                double off = features.values()[row * length + d] - sum[d] / rows.length;
                squares[d] += off * off;
            }
        }
        double largest = 0;
        for (double square : squares) {
            largest = Math.max(largest, Math.sqrt(square / rows.length));
        }
        float[] mean = new float[length];
        float[] inverse = new float[length];
        for (int d = 0; d < length; d++) {
            double deviation = Math.sqrt(squares[d] / rows.length);
            mean[d] = (float) (sum[d] / rows.length);
            inverse[d] = deviation <= CONSTANT * largest ? 0 : (float) (1 / deviation);
        }
        return new FeatureStandardisation(mean, inverse);
    }

    void standardise(float[] values, int row, float[] into) {
        for (int d = 0; d < mean.length; d++) {
            into[d] = (values[row * mean.length + d] - mean[d]) * inverse[d];
        }
    }

    /** Converts a head for standardised features to the equivalent head for original features. */
    LinearHead fold(LinearHead head) {
        int classes = head.classes();
        float[] weights = head.weights().clone();
        double[] bias = new double[classes];
        for (int d = 0; d < mean.length; d++) {
            for (int k = 0; k < classes; k++) {
                weights[d * classes + k] *= inverse[d];
                bias[k] += (double) mean[d] * weights[d * classes + k];
            }
        }
        float[] moved = new float[classes];
        for (int k = 0; k < classes; k++) {
            moved[k] = (float) (head.bias()[k] - bias[k]);
        }
        return new LinearHead(weights, moved);
    }
}
