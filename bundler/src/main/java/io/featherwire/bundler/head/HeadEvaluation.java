package io.featherwire.bundler.head;

/**
 * The accuracy of a head on some features.
 *
 * @param rows the number of evaluated features
 * @param accuracy the share of correct predictions
 * @param balancedAccuracy the mean recall of the classes that occur
 * @param logLoss the mean cross-entropy in nats; each row has its class's weight
 * @param recall the recall by class index; NaN for a class without features
 */
record HeadEvaluation(int rows, double accuracy, double balancedAccuracy, double logLoss, double[] recall) {

    private static final double LEAST = 1e-12;

    /**
     * Evaluates predictions.
     *
     * @param probabilities [rows, classes]
     */
    static HeadEvaluation of(float[] probabilities, int[] labels, float[] classWeights) {
        int classes = classWeights.length;
        int[] there = new int[classes];
        int[] right = new int[classes];
        double loss = 0;
        double weight = 0;
        for (int row = 0; row < labels.length; row++) {
            int best = 0;
            for (int k = 1; k < classes; k++) {
                if (probabilities[row * classes + k] > probabilities[row * classes + best]) {
                    best = k;
                }
            }
            int label = labels[row];
            there[label]++;
            right[label] += best == label ? 1 : 0;
            loss -= classWeights[label] * Math.log(Math.max(LEAST, probabilities[row * classes + label]));
            weight += classWeights[label];
        }
        double[] recall = new double[classes];
        double sum = 0;
        int seen = 0;
        int hits = 0;
        for (int k = 0; k < classes; k++) {
            recall[k] = there[k] == 0 ? Double.NaN : (double) right[k] / there[k];
            sum += there[k] == 0 ? 0 : recall[k];
            seen += there[k] == 0 ? 0 : 1;
            hits += right[k];
        }
        return new HeadEvaluation(
                labels.length,
                (double) hits / Math.max(1, labels.length),
                sum / Math.max(1, seen),
                loss / Math.max(LEAST, weight),
                recall);
    }
}
