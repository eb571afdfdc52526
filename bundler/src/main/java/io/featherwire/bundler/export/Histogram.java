package io.featherwire.bundler.export;

/** A histogram of absolute values in equal bins from 0; its range doubles when a value exceeds it. */
final class Histogram {

    static final int BINS = 4096;

    private final long[] counts = new long[BINS];
    private double width = 1.0 / BINS;
    private double largest;
    private long total;

    void add(float value) {
        double size = Math.abs(value);
        if (!(size < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("an activation is " + value);
        }
        while (size >= width * BINS) {
            halve();
        }
        counts[(int) (size / width)]++;
        total++;
        largest = Math.max(largest, size);
    }

    private void halve() {
        for (int i = 0; i < BINS; i++) {
            counts[i] = i < BINS / 2 ? counts[2 * i] + counts[2 * i + 1] : 0;
        }
        width *= 2;
    }

    double largest() {
        return largest;
    }

    /** Returns the quantile of a share 0..1, to the width of a bin. */
    double percentile(double share) {
        double below = share * total;
        long sum = 0;
        for (int i = 0; i < BINS; i++) {
            sum += counts[i];
            if (sum >= below) {
                return Math.min(largest, (i + 1) * width);
            }
        }
        return largest;
    }

    /**
     * Returns the clipping value with the smallest squared error if the values below it are rounded to a number of
     * equal steps.
     */
    double clipWithLeastError(int steps) {
        double best = largest;
        double bestError = Double.POSITIVE_INFINITY;
        for (int percent = 100; percent >= 10; percent--) {
            double clip = largest * percent / 100;
            double error = clippingError(clip, clip / steps);
            if (error < bestError) {
                bestError = error;
                best = clip;
            }
        }
        return best;
    }

    /**
     * Returns the squared error. Rounding to a step costs step² / 12 on average; the lowest bin holds almost only exact
     * zeros and counts as no error.
     */
    private double clippingError(double clip, double step) {
        double error = 0;
        for (int i = 1; i < BINS; i++) {
            if (counts[i] > 0) {
                double beyond = Math.max(0, (i + 0.5) * width - clip);
                error += counts[i] * (beyond > 0 ? beyond * beyond : step * step / 12);
            }
        }
        return error;
    }
}
