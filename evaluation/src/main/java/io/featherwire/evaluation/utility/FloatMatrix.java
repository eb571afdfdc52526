package io.featherwire.evaluation.utility;

import java.util.Arrays;

/**
 * A matrix: vectors of equal length, stored row by row.
 *
 * @param values values [count, length], not copied
 * @param length number of values of a vector
 */
record FloatMatrix(float[] values, int length) {

    public FloatMatrix {
        if (length < 1 || values.length % length != 0) {
            throw new IllegalArgumentException(values.length + " values are no vectors of " + length);
        }
    }

    public int count() {
        return values.length / length;
    }

    /** A copy of one vector. */
    float[] row(int index) {
        return Arrays.copyOfRange(values, index * length, (index + 1) * length);
    }

    /** Copies the vectors at the given indices, in this order. */
    FloatMatrix select(int[] indices) {
        float[] some = new float[indices.length * length];
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(values, indices[i] * length, some, i * length, length);
        }
        return new FloatMatrix(some, length);
    }

    /** Copies at most the given number of vectors, evenly spaced. */
    FloatMatrix sample(int max) {
        int count = Math.min(max, count());
        int[] indices = new int[count];
        for (int i = 0; i < count; i++) {
            indices[i] = (int) ((long) i * count() / count);
        }
        return select(indices);
    }

    /** Appends other vectors of the same length. */
    FloatMatrix concat(FloatMatrix others) {
        float[] all = Arrays.copyOf(values, values.length + others.values.length);
        System.arraycopy(others.values, 0, all, values.length, others.values.length);
        return new FloatMatrix(all, length);
    }

    /** Copies the columns from {@code from}, inclusive, to {@code to}, exclusive. */
    FloatMatrix columns(int from, int to) {
        int fewer = to - from;
        float[] some = new float[count() * fewer];
        for (int row = 0; row < count(); row++) {
            System.arraycopy(values, row * length + from, some, row * fewer, fewer);
        }
        return new FloatMatrix(some, fewer);
    }

    /** The mean vector. */
    float[] mean() {
        double[] sums = new double[length];
        for (int i = 0; i < values.length; i++) {
            sums[i % length] += values[i];
        }
        float[] mean = new float[length];
        for (int i = 0; i < length; i++) {
            mean[i] = (float) (sums[i] / Math.max(1, count()));
        }
        return mean;
    }
}
