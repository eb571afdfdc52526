package io.featherwire.evaluation.utility;

/**
 * How often the network's own head gives the same prediction on decoded features. Payloads are encoded without RDOQ.
 *
 * @param agreement share of images with the same top-1 prediction; among tied classes the lowest index counts
 * @param amongTied share of images whose top-1 prediction is one of the classes that tied for the top before
 *     compression
 * @param tied share of images with more than one top class before compression, which is frequent with 8-bit heads
 * @param topFive share of images whose top-1 prediction before compression is among the top five after decoding
 * @param divergence mean Kullback–Leibler divergence of the class probabilities, in nats
 */
public record PredictionAgreement(double agreement, double amongTied, double tied, double topFive, double divergence) {

    private static final int FIRST = 5;

    static PredictionAgreement of(FloatMatrix wanted, FloatMatrix logits) {
        int classes = wanted.length();
        double same = 0;
        double among = 0;
        double tied = 0;
        double near = 0;
        double divergence = 0;
        for (int row = 0; row < wanted.count(); row++) {
            int own = indexOfLargest(wanted, row);
            float most = wanted.values()[row * classes + own];
            int prediction = indexOfLargest(logits, row);
            among += wanted.values()[row * classes + prediction] == most ? 1 : 0;
            for (int k = own + 1; k < classes; k++) {
                if (wanted.values()[row * classes + k] == most) {
                    tied++;
                    break;
                }
            }
            int rank = HeadFitter.rank(logits.values(), row, classes, own);
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

    /** The class with the largest logit; the lowest index among equals. */
    private static int indexOfLargest(FloatMatrix logits, int row) {
        int classes = logits.length();
        int first = 0;
        for (int k = 1; k < classes; k++) {
            first = logits.values()[row * classes + k] > logits.values()[row * classes + first] ? k : first;
        }
        return first;
    }

    private static double[] logProbabilities(FloatMatrix logits, int row) {
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
