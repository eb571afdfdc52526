package io.featherwire.evaluation.utility;

import io.featherwire.evaluation.statistics.ConfidenceInterval;

/**
 * The accuracy of heads on decoded features, over all seeds.
 *
 * @param accuracy mean over the seeds, 0..1
 * @param topFive share of images whose class is among the five highest scores
 * @param seeds accuracies of the worst and the best seed
 * @param difference accuracy minus the accuracy of heads on float features, for equal seeds and images
 * @param logLoss mean over the seeds, in nats
 * @param logLossDifference log loss minus the log loss of heads on float features, in nats; distinguishes codings whose
 *     accuracies are nearly equal
 */
public record HeadScore(
        double accuracy,
        double topFive,
        ConfidenceInterval seeds,
        PairedDifference difference,
        double logLoss,
        PairedDifference logLossDifference) {

    private static final int FIRST = 5;

    /**
     * Computes the scores from the outcomes of each image.
     *
     * @param reference outcomes on float features, for equal seeds and images
     */
    static HeadScore of(HeadOutcomes outcomes, HeadOutcomes reference) {
        int[][] ranks = outcomes.ranks();
        int images = ranks[0].length;
        double lowest = 1;
        double highest = 0;
        double accuracy = 0;
        double near = 0;
        double loss = 0;
        double[] apart = new double[images];
        double[] worse = new double[images];
        for (int seed = 0; seed < ranks.length; seed++) {
            double right = 0;
            for (int i = 0; i < images; i++) {
                right += ranks[seed][i] == 0 ? 1.0 / images : 0;
                near += ranks[seed][i] < FIRST ? 1.0 / images / ranks.length : 0;
                apart[i] +=
                        ((ranks[seed][i] == 0 ? 1.0 : 0) - (reference.ranks()[seed][i] == 0 ? 1 : 0)) / ranks.length;
                loss += (double) outcomes.losses()[seed][i] / images / ranks.length;
                worse[i] += (double) (outcomes.losses()[seed][i] - reference.losses()[seed][i]) / ranks.length;
            }
            accuracy += right / ranks.length;
            lowest = Math.min(lowest, right);
            highest = Math.max(highest, right);
        }
        return new HeadScore(
                accuracy,
                near,
                new ConfidenceInterval(lowest, highest),
                PairedDifference.of(apart),
                loss,
                PairedDifference.of(worse));
    }
}
