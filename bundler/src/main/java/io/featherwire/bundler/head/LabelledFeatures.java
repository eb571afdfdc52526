package io.featherwire.bundler.head;

import java.util.Arrays;
import java.util.List;

/**
 * Features with their labels.
 *
 * @param values [rows, length] row by row; the array is not copied
 * @param length the number of floats of one feature
 * @param labels the class index of each row; the array is not copied
 * @param classes the class names by index
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

    /** Returns the number of rows of each class. */
    int[] countsByClass() {
        int[] counts = new int[classes.size()];
        for (int label : labels) {
            counts[label]++;
        }
        return counts;
    }

    /** Returns a copy of one row. */
    float[] row(int index) {
        return Arrays.copyOfRange(values, index * length, (index + 1) * length);
    }

    /** Returns the rows of some classes; the new index of a class is its position in {@code kept}. */
    LabelledFeatures selectClasses(List<String> kept) {
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
