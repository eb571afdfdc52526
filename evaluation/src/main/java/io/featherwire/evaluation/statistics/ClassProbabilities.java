package io.featherwire.evaluation.statistics;

/** Comparisons of class probabilities. */
public final class ClassProbabilities {

    private ClassProbabilities() {}

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
