package io.featherwire.evaluation.utility;

/**
 * A factor for the scores of a head, fitted to images that the head was not trained on (temperature scaling, Guo et al.
 * 2017). The factor calibrates the probabilities and does not change predictions. Without it, the log loss mostly
 * measures how well the L2 penalty was chosen.
 *
 * @param factor positive factor: the inverse of the temperature
 */
record TemperatureScaling(double factor) {

    private static final double FURTHEST = Math.log(20);
    private static final int STEPS = 40;
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    /**
     * Finds the factor of least log loss, between 1/20 and 20; 1 without images.
     *
     * @param scores scores [labels, classes]
     */
    static TemperatureScaling fit(float[] scores, int classes, int[] labels) {
        if (labels.length == 0) {
            return new TemperatureScaling(1);
        }
        // The loss is convex in the factor. Hence it has a single minimum in the logarithm of the factor, too.
        double low = -FURTHEST;
        double high = FURTHEST;
        for (int i = 0; i < STEPS; i++) {
            double left = high - GOLDEN * (high - low);
            double right = low + GOLDEN * (high - low);
            if (loss(scores, classes, labels, Math.exp(left)) < loss(scores, classes, labels, Math.exp(right))) {
                high = right;
            } else {
                low = left;
            }
        }
        return new TemperatureScaling(Math.exp((low + high) / 2));
    }

    private static double loss(float[] scores, int classes, int[] labels, double factor) {
        double loss = 0;
        for (int row = 0; row < labels.length; row++) {
            double most = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < classes; k++) {
                most = Math.max(most, scores[row * classes + k]);
            }
            double sum = 0;
            for (int k = 0; k < classes; k++) {
                sum += Math.exp(factor * (scores[row * classes + k] - most));
            }
            loss += Math.log(sum) + factor * (most - scores[row * classes + labels[row]]);
        }
        return loss;
    }

    /** Multiplies scores by the factor, in place. */
    float[] scale(float[] scores) {
        for (int i = 0; i < scores.length; i++) {
            scores[i] *= (float) factor;
        }
        return scores;
    }
}
