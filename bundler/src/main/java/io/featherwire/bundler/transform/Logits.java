package io.featherwire.bundler.transform;

/** Computes predictions and their statistics from rows of logits. */
public final class Logits {
    private Logits() {}

    /** Returns the class with the largest logit of a row. */
    public static int indexOfLargest(float[] logits, int row, int classes) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (logits[row * classes + c] > logits[row * classes + best]) {
                best = c;
            }
        }
        return best;
    }

    /** Returns the share of rows whose largest logit is the label's. */
    public static double accuracy(float[] logits, int[] labels, int classes) {
        int right = 0;
        for (int i = 0; i < labels.length; i++) {
            right += indexOfLargest(logits, i, classes) == labels[i] ? 1 : 0;
        }
        return right / (double) Math.max(1, labels.length);
    }

    /** Returns the share of rows on which two sets of logits predict the same class. */
    public static double agreement(float[] one, float[] other, int classes) {
        int rows = one.length / classes;
        int same = 0;
        for (int i = 0; i < rows; i++) {
            same += indexOfLargest(one, i, classes) == indexOfLargest(other, i, classes) ? 1 : 0;
        }
        return same / (double) Math.max(1, rows);
    }

    /** Writes the softmax of a row of logits into an array with one element per class. */
    public static void softmax(float[] logits, int row, float[] posterior) {
        int classes = posterior.length;
        float largest = logits[row * classes + indexOfLargest(logits, row, classes)];
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            posterior[c] = (float) Math.exp(logits[row * classes + c] - largest);
            sum += posterior[c];
        }
        for (int c = 0; c < classes; c++) {
            posterior[c] /= (float) sum;
        }
    }
}
