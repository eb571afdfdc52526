package io.featherwire.evaluation.statistics;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Calibration of a classifier: predictions in 15 bins of equal width, by the probability of the predicted class.
 *
 * <p>C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger: On calibration of modern neural networks. ICML 2017, after M. P.
 * Naeini, G. F. Cooper, M. Hauskrecht (AAAI 2015). Not thread-safe while it is filled.
 */
public final class ReliabilityDiagram {

    /** Number of bins, as in the paper. */
    public static final int BINS = 15;

    private final int[] counts = new int[BINS];
    private final int[] hits = new int[BINS];
    private final double[] confidence = new double[BINS];

    /**
     * One bin of predictions.
     *
     * @param low lower limit, exclusive; the first bin also contains 0
     * @param high upper limit, inclusive
     * @param confidence mean of the probabilities; NaN in an empty bin
     * @param accuracy share of correct predictions
     */
    public record Bin(double low, double high, double confidence, Proportion accuracy) {}

    /** Adds a prediction by the probability of the predicted class. */
    public void add(double probability, boolean right) {
        int bin = Math.max(0, Math.min(BINS - 1, (int) Math.ceil(probability * BINS) - 1));
        counts[bin]++;
        confidence[bin] += probability;
        if (right) {
            hits[bin]++;
        }
    }

    public List<Bin> bins() {
        return IntStream.range(0, BINS)
                .mapToObj(i -> new Bin(
                        (double) i / BINS,
                        (double) (i + 1) / BINS,
                        confidence[i] / counts[i],
                        new Proportion(hits[i], counts[i])))
                .toList();
    }

    /**
     * The expected calibration error, 0..1: the gap between confidence and accuracy of a bin, averaged over all
     * predictions.
     */
    public double expectedError() {
        int total = IntStream.of(counts).sum();
        double gaps = 0;
        for (int i = 0; i < BINS; i++) {
            gaps += Math.abs(hits[i] - confidence[i]);
        }
        return gaps / total;
    }
}
