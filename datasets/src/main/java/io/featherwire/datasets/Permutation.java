package io.featherwire.datasets;

import java.util.SplittableRandom;

/** Random permutations that depend only on a seed. */
public final class Permutation {
    private Permutation() {}

    /** Shuffles the numbers 0 to n−1 (Fisher and Yates). */
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
