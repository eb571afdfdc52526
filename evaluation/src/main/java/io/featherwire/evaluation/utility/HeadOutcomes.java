package io.featherwire.evaluation.utility;

/**
 * What heads said of each tested image.
 *
 * @param ranks [heads][images] of the image's own class, 0 for the first prediction
 * @param losses [heads][images] log losses, in nats
 */
record HeadOutcomes(int[][] ranks, float[][] losses) {

    /** Places for some heads and images. */
    static HeadOutcomes of(int heads, int images) {
        return new HeadOutcomes(new int[heads][images], new float[heads][images]);
    }

    /** Takes an image's outcome from the scores of a head. */
    void put(int head, int image, float[] scores, int row, int classes, int label) {
        ranks[head][image] = HeadFit.rank(scores, row, classes, label);
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
