package io.featherwire.evaluation.utility;

import io.featherwire.evaluation.statistics.Interval;

/**
 * The accuracy of heads on decoded features, over all seeds.
 *
 * @param accuracy mean over the seeds, 0..1
 * @param topFive share of images whose class is among the first five
 * @param lowest accuracy of the worst seed
 * @param highest accuracy of the best seed
 * @param difference accuracy less that of the float heads, same seeds and images
 * @param interval 95 % of the difference, paired by image
 */
public record HeadScore(
        double accuracy, double topFive, double lowest, double highest, double difference, Interval interval) {

    private static final double Z95 = 1.959963984540054;
    private static final int FIRST = 5;

    /**
     * Of the ranks of each image's own class.
     *
     * @param ranks [seed][image]
     * @param reference the same of float features
     */
    static HeadScore of(int[][] ranks, int[][] reference) {
        int images = ranks[0].length;
        double lowest = 1;
        double highest = 0;
        double accuracy = 0;
        double near = 0;
        double[] apart = new double[images];
        for (int seed = 0; seed < ranks.length; seed++) {
            double right = 0;
            for (int i = 0; i < images; i++) {
                right += ranks[seed][i] == 0 ? 1.0 / images : 0;
                near += ranks[seed][i] < FIRST ? 1.0 / images / ranks.length : 0;
                apart[i] += ((ranks[seed][i] == 0 ? 1.0 : 0) - (reference[seed][i] == 0 ? 1 : 0)) / ranks.length;
            }
            accuracy += right / ranks.length;
            lowest = Math.min(lowest, right);
            highest = Math.max(highest, right);
        }
        double mean = 0;
        for (double one : apart) {
            mean += one / images;
        }
        double variance = 0;
        for (double one : apart) {
            variance += (one - mean) * (one - mean) / Math.max(1, images - 1);
        }
        double half = Z95 * Math.sqrt(variance / images);
        return new HeadScore(accuracy, near, lowest, highest, mean, new Interval(mean - half, mean + half));
    }
}
