package io.featherwire.codec;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The head's prediction for one image.
 *
 * @param classIndex the index of the most probable class, the first one of equals
 * @param probabilities the probabilities by class index, which sum to 1; the array is not copied
 */
public record Prediction(int classIndex, float[] probabilities) {

    public Prediction {
        requireNonNull(probabilities, "probabilities");
        if (classIndex < 0 || classIndex >= probabilities.length) {
            throw new IllegalArgumentException("class " + classIndex + " of " + probabilities.length);
        }
    }

    /**
     * Makes a prediction by the softmax of {@code classes} logits from index {@code from} on.
     *
     * @throws ArithmeticException if a logit is not finite
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

    /** Returns the probability of the most probable class. */
    public float probability() {
        return probabilities[classIndex];
    }

    /**
     * Returns the margin of the most probable class, in nats: the natural logarithm of its probability divided by the
     * second largest probability; 0 for a tie, infinite for a single class.
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

    /** Returns the indexes of the k most probable classes, most probable first; the first one is the predicted class. */
    public int[] top(int k) {
        return top(probabilities, classIndex, k);
    }

    /**
     * Returns the indexes of the k largest values, the largest first.
     *
     * @param best the index of a largest value, which comes first
     */
    static int[] top(float[] values, int best, int k) {
        if (k == 1) {
            return new int[] {best};
        }
        return IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> -values[i]).thenComparing(i -> i != best))
                .limit(k)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Returns the index of the largest value, the first one of equal values. */
    static int indexOfLargest(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }
}
