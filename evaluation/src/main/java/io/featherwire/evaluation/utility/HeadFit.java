package io.featherwire.evaluation.utility;

import io.featherwire.bundler.fit.MatrixProducts;
import io.featherwire.bundler.head.SoftmaxStep;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The fixed recipe of an unseen head: softmax (logistic) regression with L2, the same for every coding.
 *
 * <p>Features are centred and scaled by one number, so that their mean variance is 1. The penalty is one of {@link #STRENGTHS}, chosen by accuracy on validation
 * images, the stronger of equals; each fit starts from the one before. Features whose values are hardly correlated are fitted several times as fast.
 */
final class HeadFit {

    /** Penalties of the squared weights, halved, against the mean log loss of an image. */
    static final double[] STRENGTHS = {0.3, 0.1, 0.03, 0.01, 0.003};

    /** The path ends when validation got worse this often in a row. */
    private static final int WORSE = 2;

    private static final QuasiNewton SOLVER = new QuasiNewton(100, 2e-4);

    private final MatrixProducts products;
    private final int classes;

    HeadFit(MatrixProducts products, int classes) {
        this.products = products;
        this.classes = classes;
    }

    /**
     * A linear head.
     *
     * @param weights [length, classes]
     * @param bias [classes]
     */
    record Head(float[] weights, float[] bias) {}

    /**
     * Rows for a head and rows to choose its strength by.
     *
     * @param fit row indices
     * @param validation the others, or some of them
     */
    record Draw(int[] fit, int[] validation) {

        /** A fifth of each class for validation, or all but {@code shots} of each class. */
        static Draw of(int[] labels, int classes, int shots, long seed) {
            int[] order = IntStream.range(0, labels.length).toArray();
            Random random = new Random(seed);
            for (int i = order.length - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int swapped = order[i];
                order[i] = order[j];
                order[j] = swapped;
            }
            int[] counts = new int[classes];
            Arrays.stream(labels).forEach(label -> counts[label]++);
            int[] taken = new int[classes];
            boolean[] fitted = new boolean[labels.length];
            for (int row : order) {
                int label = labels[row];
                int most =
                        shots > 0 ? Math.min(shots, counts[label] - 1) : counts[label] - Math.max(1, counts[label] / 5);
                fitted[row] = taken[label]++ < most;
            }
            return new Draw(
                    Arrays.stream(order).filter(row -> fitted[row]).toArray(),
                    Arrays.stream(order).filter(row -> !fitted[row]).toArray());
        }
    }

    /** Fits a head. */
    Head fit(Rows features, int[] labels, Draw draw) {
        Rows some = features.select(draw.fit());
        float[] mean = some.mean();
        int n = some.count();
        int d = some.length();
        float[] variances = variances(some, mean);
        double average = 0;
        for (float variance : variances) {
            average += (double) variance / d;
        }
        float scale = (float) (1 / Math.sqrt(Math.max(Float.MIN_NORMAL, average)));
        if (!Float.isFinite(scale)) {
            throw new ArithmeticException("a head cannot be fitted: some of the features are not finite");
        }
        Rows validation = features.select(draw.validation());
        Head best = new Head(new float[d * classes], new float[classes]);
        int most = -1;
        int worse = 0;
        try (SoftmaxStep step = new SoftmaxStep(n, d, classes)) {
            float[] row = new float[d];
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < d; k++) {
                    row[k] = (some.values()[i * d + k] - mean[k]) * scale;
                }
                step.set(i, row, labels[draw.fit()[i]], 1f / n);
            }
            float[] point = new float[(d + 1) * classes];
            for (double strength : STRENGTHS) {
                Loss loss = new Loss(step, labels, draw.fit(), d, strength);
                point = SOLVER.minimise(loss, point, diagonal(variances, average, strength));
                Head head = head(point, mean, scale);
                int correct = correct(scores(head, validation), labels, draw.validation());
                if (correct > most) {
                    most = correct;
                    best = head;
                    worse = 0;
                } else if (++worse == WORSE) {
                    break;
                }
            }
        }
        return best;
    }

    private static float[] variances(Rows rows, float[] mean) {
        double[] squares = new double[rows.length()];
        for (int i = 0; i < rows.values().length; i++) {
            double apart = rows.values()[i] - mean[i % squares.length];
            squares[i % squares.length] += apart * apart / rows.count();
        }
        float[] variances = new float[squares.length];
        for (int k = 0; k < variances.length; k++) {
            variances[k] = (float) squares[k];
        }
        return variances;
    }

    /** The inverse of what the second derivatives are while no class is likelier than another. */
    private float[] diagonal(float[] variances, double average, double strength) {
        float[] diagonal = new float[(variances.length + 1) * classes];
        for (int i = 0; i < diagonal.length; i++) {
            int k = i / classes;
            double variance = k < variances.length ? variances[k] / average : 1;
            diagonal[i] = (float) (1 / (variance / classes + (k < variances.length ? strength : 0)));
        }
        return diagonal;
    }

    /** Mean log loss and penalty of weights [d, classes] and, behind them, bias [classes]. */
    private final class Loss implements QuasiNewton.Objective {
        private final SoftmaxStep step;
        private final int[] labels;
        private final int[] rows;
        private final double strength;
        private final float[] weights;
        private final float[] bias = new float[classes];
        private final float[] weightGradient;
        private final float[] biasGradient = new float[classes];
        private final float[] probabilities;

        Loss(SoftmaxStep step, int[] labels, int[] rows, int d, double strength) {
            this.step = step;
            this.labels = labels;
            this.rows = rows;
            this.strength = strength;
            this.weights = new float[d * classes];
            this.weightGradient = new float[d * classes];
            this.probabilities = new float[rows.length * classes];
        }

        @Override
        public double at(float[] point, float[] gradient) {
            System.arraycopy(point, 0, weights, 0, weights.length);
            System.arraycopy(point, weights.length, bias, 0, classes);
            step.parameters(weights, bias);
            step.evaluate(rows.length, probabilities, weightGradient, biasGradient);
            System.arraycopy(weightGradient, 0, gradient, 0, weights.length);
            System.arraycopy(biasGradient, 0, gradient, weights.length, classes);
            double loss = 0;
            for (int i = 0; i < rows.length; i++) {
                loss -= Math.log(Math.max(Float.MIN_NORMAL, probabilities[i * classes + labels[rows[i]]]));
            }
            loss /= rows.length;
            for (int i = 0; i < weights.length; i++) {
                loss += strength / 2 * weights[i] * weights[i];
                gradient[i] += (float) strength * weights[i];
            }
            return loss;
        }
    }

    private Head head(float[] point, float[] mean, float scale) {
        float[] weights = new float[mean.length * classes];
        float[] bias = new float[classes];
        for (int k = 0; k < classes; k++) {
            double sum = point[weights.length + k];
            for (int i = 0; i < mean.length; i++) {
                float weight = point[i * classes + k] * scale;
                weights[i * classes + k] = weight;
                sum -= (double) mean[i] * weight;
            }
            bias[k] = (float) sum;
        }
        return new Head(weights, bias);
    }

    /** [count, classes]. */
    float[] scores(Head head, Rows features) {
        float[] scores = products.times(features.values(), features.count(), head.weights(), features.length());
        for (int i = 0; i < scores.length; i++) {
            scores[i] += head.bias()[i % classes];
        }
        return scores;
    }

    private int correct(float[] scores, int[] labels, int[] rows) {
        int correct = 0;
        for (int i = 0; i < rows.length; i++) {
            correct += rank(scores, i, classes, labels[rows[i]]) == 0 ? 1 : 0;
        }
        return correct;
    }

    /** How many classes score higher than one; of equals the first is the higher. */
    static int rank(float[] scores, int row, int classes, int label) {
        float own = scores[row * classes + label];
        int higher = 0;
        for (int k = 0; k < classes; k++) {
            float other = scores[row * classes + k];
            higher += other > own || other == own && k < label ? 1 : 0;
        }
        return higher;
    }
}
