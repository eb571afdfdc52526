package io.featherwire.evaluation.statistics;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Counts of images by actual class (row) and predicted class (column). Not thread-safe while it is filled. */
public final class ConfusionMatrix {

    private final int[][] counts;

    public ConfusionMatrix(int classes) {
        counts = new int[classes][classes];
    }

    public void add(int actual, int predicted) {
        counts[actual][predicted]++;
    }

    public int classes() {
        return counts.length;
    }

    public int count(int actual, int predicted) {
        return counts[actual][predicted];
    }

    /** A copy of the counts [actual][predicted]. */
    public int[][] counts() {
        return Arrays.stream(counts).map(int[]::clone).toArray(int[][]::new);
    }

    /** The share of a class's images that were predicted as that class. */
    public Proportion ofClass(int actual) {
        return new Proportion(
                counts[actual][actual], Arrays.stream(counts[actual]).sum());
    }

    /** The share of all images that were predicted correctly. */
    public Proportion overall() {
        int hits = IntStream.range(0, counts.length).map(c -> counts[c][c]).sum();
        return new Proportion(
                hits, Arrays.stream(counts).flatMapToInt(Arrays::stream).sum());
    }

    /** Mean of the accuracies of the classes that have images, 0..1. */
    public double average() {
        return IntStream.range(0, counts.length)
                .mapToObj(this::ofClass)
                .filter(accuracy -> accuracy.total() > 0)
                .mapToDouble(Proportion::value)
                .average()
                .orElse(Double.NaN);
    }
}
