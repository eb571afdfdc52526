package io.featherwire.codec;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * What the head says about one image.
 *
 * @param classIndex the most probable class, the first of equals
 * @param probabilities by class index, summing to 1, not copied
 */
public record Prediction(int classIndex, float[] probabilities) {

    public Prediction {
        requireNonNull(probabilities, "probabilities");
        if (classIndex < 0 || classIndex >= probabilities.length) {
            throw new IllegalArgumentException("class " + classIndex + " of " + probabilities.length);
        }
    }

    /**
     * Softmax over {@code classes} logits from {@code from} on.
     *
     * @throws ArithmeticException if one of them is not finite
     */
    public static Prediction ofLogits(float[] logits, int from, int classes) {
        int best = 0;
        for (int i = 0; i < classes; i++) {
            if (!Float.isFinite(logits[from + i])) {
                throw new ArithmeticException("logit " + i + " is " + logits[from + i]);
            }
            if (logits[from + i] > logits[from + best]) {
                best = i;
            }
        }
        double sum = 0;
        for (int i = 0; i < classes; i++) {
            sum += Math.exp(logits[from + i] - logits[from + best]);
        }
        float[] probabilities = new float[classes];
        for (int i = 0; i < classes; i++) {
            probabilities[i] = (float) (Math.exp(logits[from + i] - logits[from + best]) / sum);
        }
        return new Prediction(best, probabilities);
    }

    /** Probability of the most probable class. */
    public float probability() {
        return probabilities[classIndex];
    }

    /**
     * The margin of the most probable class: the natural logarithm of how many times more probable it is than the second; 0
     * for a tie, infinite for a single class.
     */
    public double margin() {
        float second = 0;
        for (int i = 0; i < probabilities.length; i++) {
            if (i != classIndex) {
                second = Math.max(second, probabilities[i]);
            }
        }
        return Math.log(probability() / (double) second);
    }

    /** Indices of the k most probable classes, most probable first. */
    public int[] top(int k) {
        return top(probabilities, k);
    }

    static int[] top(float[] values, int k) {
        if (k == 1) {
            return new int[] {largest(values)};
        }
        return IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -values[i]))
                .limit(k)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Index of the largest value; the first one if several are equal. */
    static int largest(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }
}
