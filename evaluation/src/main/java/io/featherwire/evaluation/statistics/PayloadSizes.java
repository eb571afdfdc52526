package io.featherwire.evaluation.statistics;

import java.util.Arrays;

/** Sizes in bytes, one per image. Not thread-safe while it is filled. */
public final class PayloadSizes {

    private int[] sizes = new int[1024];
    private int count;

    public void add(int bytes) {
        if (count == sizes.length) {
            sizes = Arrays.copyOf(sizes, 2 * count);
        }
        sizes[count++] = bytes;
    }

    public int count() {
        return count;
    }

    /** The mean; NaN if there are no sizes. */
    public double mean() {
        return count == 0
                ? Double.NaN
                : Arrays.stream(sizes, 0, count).average().orElseThrow();
    }

    /**
     * A quantile: the smallest recorded size that is not exceeded by at least the given share of all sizes; 0 if there
     * are no sizes.
     */
    public int quantile(double share) {
        if (count == 0) {
            return 0;
        }
        int[] sorted = Arrays.copyOf(sizes, count);
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(share * count) - 1)];
    }
}
