package io.featherwire.evaluation.utility;

/**
 * The share of unchanged predictions of the network, without RDOQ.
 *
 * @param agreement share of images with the same first prediction; of classes that tie, the first by index counts
 * @param amongTied share of images whose first prediction is one of the classes that tied for the first one before
 * @param tied share of images for which more than one class tied for the first prediction before, as 8-bit heads give them
 * @param topFive share of images whose first prediction is among the first five
 * @param divergence mean Kullback–Leibler divergence, in nats
 */
public record PredictionAgreement(double agreement, double amongTied, double tied, double topFive, double divergence) {

    private static final int FIRST = 5;

    static PredictionAgreement of(Rows wanted, Rows logits) {
        int classes = wanted.length();
        double same = 0;
        double among = 0;
        double tied = 0;
        double near = 0;
        double divergence = 0;
        for (int row = 0; row < wanted.count(); row++) {
            int own = first(wanted, row);
            float most = wanted.values()[row * classes + own];
            int prediction = first(logits, row);
            among += wanted.values()[row * classes + prediction] == most ? 1 : 0;
            for (int k = own + 1; k < classes; k++) {
                if (wanted.values()[row * classes + k] == most) {
                    tied++;
                    break;
                }
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
        return new PredictionAgreement(same / all, among / all, tied / all, near / all, divergence / all);
    }

    /** The class of the largest logit; of equals the first. */
    private static int first(Rows logits, int row) {
        int classes = logits.length();
        int first = 0;
        for (int k = 1; k < classes; k++) {
            first = logits.values()[row * classes + k] > logits.values()[row * classes + first] ? k : first;
        }
        return first;
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
