package io.featherwire.evaluation.statistics;

/** Comparisons of class probabilities. */
public final class ClassProbabilities {

    private ClassProbabilities() {}

    /** Index of the largest probability; of equal ones the first. */
    public static int best(float[] probabilities) {
        int best = 0;
        for (int i = 1; i < probabilities.length; i++) {
            if (probabilities[i] > probabilities[best]) {
                best = i;
            }
        }
        return best;
    }

    /**
     * Kullback–Leibler divergence D(p ‖ q) in bits. A probability in {@code q} that underflowed to 0 counts as the
     * smallest normal float, so that the result is finite.
     */
    public static double divergenceBits(float[] p, float[] q) {
        double nats = 0;
        for (int i = 0; i < p.length; i++) {
            if (p[i] > 0) {
                nats += p[i] * Math.log(p[i] / Math.max(q[i], (double) Float.MIN_NORMAL));
            }
        }
        return Math.max(0, nats / Math.log(2));
    }
}
