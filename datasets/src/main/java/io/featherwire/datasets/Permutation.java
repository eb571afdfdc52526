package io.featherwire.datasets;

import java.util.SplittableRandom;

/** Shuffled orders that depend on a seed alone. */
public final class Permutation {
    private Permutation() {}

    /** The numbers 0 to n−1, shuffled (Fisher and Yates). */
    public static int[] of(int n, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
