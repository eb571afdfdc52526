package io.featherwire.evaluation.utility;

/**
 * The outcomes of heads on each tested image.
 *
 * @param ranks ranks [heads][images] of the image's true class, 0 for the highest score
 * @param losses log losses [heads][images], in nats
 * @param strength L2 strength of the heads
 */
record HeadOutcomes(int[][] ranks, float[][] losses, double strength) {

    /** Makes empty outcomes for a number of heads and images. */
    static HeadOutcomes of(int heads, int images, double strength) {
        return new HeadOutcomes(new int[heads][images], new float[heads][images], strength);
    }

    /** Records an image's outcome from row {@code row} of the scores [rows, classes] of a head. */
    void put(int head, int image, float[] scores, int row, int classes, int label) {
        ranks[head][image] = HeadFitter.rank(scores, row, classes, label);
        double most = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < classes; k++) {
            most = Math.max(most, scores[row * classes + k]);
        }
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            sum += Math.exp(scores[row * classes + k] - most);
        }
        losses[head][image] = (float) (Math.log(sum) + most - scores[row * classes + label]);
    }
}
