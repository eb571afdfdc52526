package io.featherwire.cli.demo;

import java.util.Arrays;

/** Collects values and computes their percentiles. */
final class Percentiles {

    private long[] values = new long[1024];
    private int count;

    void add(long value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        values[count++] = value;
    }

    /** The smallest value that at least {@code share} (0 … 1) of the values do not exceed; 0 without values. */
    long percentile(double share) {
        if (count == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(share * count) - 1)];
    }
}
