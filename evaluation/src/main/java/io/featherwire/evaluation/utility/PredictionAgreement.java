package io.featherwire.evaluation.utility;

/**
 * The share of unchanged predictions of the network, without RDOQ.
 *
 * @param agreement share of images with the same first answer
 * @param topFive share of images whose first answer is among the first five
 * @param divergence mean Kullback–Leibler divergence, in nats
 */
public record PredictionAgreement(double agreement, double topFive, double divergence) {

    private static final int FIRST = 5;

    static PredictionAgreement of(Rows wanted, Rows logits) {
        int classes = wanted.length();
        double same = 0;
        double near = 0;
        double divergence = 0;
        for (int row = 0; row < wanted.count(); row++) {
            int own = 0;
            for (int k = 1; k < classes; k++) {
                own = wanted.values()[row * classes + k] > wanted.values()[row * classes + own] ? k : own;
            }
            int rank = HeadFit.rank(logits.values(), row, classes, own);
            same += rank == 0 ? 1 : 0;
            near += rank < FIRST ? 1 : 0;
            double[] p = logProbabilities(wanted, row);
            double[] q = logProbabilities(logits, row);
            for (int k = 0; k < classes; k++) {
                divergence += Math.exp(p[k]) * (p[k] - q[k]);
            }
        }
        double all = wanted.count();
        return new PredictionAgreement(same / all, near / all, divergence / all);
    }

    private static double[] logProbabilities(Rows logits, int row) {
        int classes = logits.length();
        double most = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < classes; k++) {
            most = Math.max(most, logits.values()[row * classes + k]);
        }
        double sum = 0;
        double[] own = new double[classes];
        for (int k = 0; k < classes; k++) {
            own[k] = logits.values()[row * classes + k] - most;
            sum += Math.exp(own[k]);
        }
        for (int k = 0; k < classes; k++) {
            own[k] -= Math.log(sum);
        }
        return own;
    }
}
