package io.featherwire.evaluation.utility;

import io.featherwire.evaluation.statistics.ConfidenceInterval;

/**
 * The difference between a value and the value of float features on the same images.
 *
 * @param mean mean difference
 * @param interval 95 % interval of the mean, paired by image
 */
public record PairedDifference(double mean, ConfidenceInterval interval) {

    private static final double Z95 = 1.959963984540054;

    /** @param apart difference of each image */
    static PairedDifference of(double[] apart) {
        int images = apart.length;
        double mean = 0;
        for (double one : apart) {
            mean += one / images;
        }
        double variance = 0;
        for (double one : apart) {
            variance += (one - mean) * (one - mean) / Math.max(1, images - 1);
        }
        double half = Z95 * Math.sqrt(variance / images);
        return new PairedDifference(mean, new ConfidenceInterval(mean - half, mean + half));
    }
}
