package io.featherwire.bundler.head;

import java.util.Arrays;
import java.util.List;

/**
 * Features with their labels.
 *
 * @param values [rows, length] one after the other, not copied
 * @param length floats of one feature
 * @param labels a class index for each row, not copied
 * @param classes names, by class index
 */
public record LabelledFeatures(float[] values, int length, int[] labels, List<String> classes) {

    public LabelledFeatures {
        classes = List.copyOf(classes);
        if (values.length != (long) labels.length * length) {
            throw new IllegalArgumentException(
                    values.length + " values are not " + labels.length + " features of " + length);
        }
    }

    public int rows() {
        return labels.length;
    }

    /** Number of rows of each class. */
    int[] counts() {
        int[] counts = new int[classes.size()];
        for (int label : labels) {
            counts[label]++;
        }
        return counts;
    }

    /** One row, copied. */
    float[] row(int index) {
        return Arrays.copyOfRange(values, index * length, (index + 1) * length);
    }

    /** The rows of some classes, whose new indices are their positions in {@code kept}. */
    LabelledFeatures of(List<String> kept) {
        if (kept.equals(classes)) {
            return this;
        }
        int[] index = classes.stream().mapToInt(kept::indexOf).toArray();
        int rows =
                (int) Arrays.stream(labels).filter(label -> index[label] >= 0).count();
        float[] some = new float[rows * length];
        int[] theirs = new int[rows];
        int to = 0;
        for (int row = 0; row < rows(); row++) {
            if (index[labels[row]] >= 0) {
                System.arraycopy(values, row * length, some, to * length, length);
                theirs[to++] = index[labels[row]];
            }
        }
        return new LabelledFeatures(some, length, theirs, kept);
    }
}
