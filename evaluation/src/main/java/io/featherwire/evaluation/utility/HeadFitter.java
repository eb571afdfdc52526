package io.featherwire.evaluation.utility;

import io.featherwire.bundler.fit.MatrixProducts;
import io.featherwire.bundler.head.SoftmaxStep;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Fits an unseen head: softmax (logistic) regression with an L2 penalty, by the same recipe for every coding.
 *
 * <p>Features are centred and scaled by one number, so that their mean variance is 1. The strength of the penalty is
 * chosen once, on float features, and is the same for every coding. If it were chosen for each coding, the random error
 * of this choice would be as large as the differences between codings. The fit converges several times faster if the
 * values of a feature are nearly uncorrelated.
 */
final class HeadFitter {

    /** L2 strengths λ: the objective is the mean log loss per image plus λ/2 times the sum of squared weights. */
    static final double[] STRENGTHS = {0.3, 0.1, 0.03, 0.01, 0.003};

    /** Close to the minimum, so that the log losses of two codings can be compared. */
    private static final Lbfgs SOLVER = new Lbfgs(200, 1e-5);

    private final MatrixProducts products;
    private final int classes;

    HeadFitter(MatrixProducts products, int classes) {
        this.products = products;
        this.classes = classes;
    }

    /**
     * A linear head.
     *
     * @param weights weights [length, classes]
     * @param bias biases [classes]
     */
    record LinearHead(float[] weights, float[] bias) {}

    /**
     * Rows for fitting a head and rows for choosing its strength.
     *
     * @param fit indices of the rows for fitting
     * @param validation indices of the rows for validation, disjoint from {@code fit}
     */
    record RowSplit(int[] fit, int[] validation) {

        /** The rows in random order. */
        static int[] shuffledRows(int rows, Random random) {
            int[] order = IntStream.range(0, rows).toArray();
            for (int i = order.length - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int swapped = order[i];
                order[i] = order[j];
                order[j] = swapped;
            }
            return order;
        }

        /**
         * Draws a fifth of each class for validation, or all but {@code shots} of each class if {@code shots} is
         * positive.
         */
        static RowSplit of(int[] labels, int classes, int shots, long seed) {
            int[] order = shuffledRows(labels.length, new Random(seed));
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
            return new RowSplit(
                    Arrays.stream(order).filter(row -> fitted[row]).toArray(),
                    Arrays.stream(order).filter(row -> !fitted[row]).toArray());
        }
    }

    /**
     * Returns the one of {@link #STRENGTHS} with the most correct predictions on the validation images of all draws, the
     * strongest of equals. Each fit starts from the previous one.
     */
    double chooseStrength(List<RowSplit> draws, FloatMatrix features, int[] labels) {
        int[] correct = new int[STRENGTHS.length];
        for (RowSplit draw : draws) {
            FloatMatrix validation = features.select(draw.validation());
            try (Problem problem = new Problem(features.select(draw.fit()), select(labels, draw.fit()))) {
                float[] point = problem.zero();
                for (int i = 0; i < STRENGTHS.length; i++) {
                    point = problem.solve(STRENGTHS[i], point);
                    correct[i] += countCorrect(scores(problem.toHead(point), validation), labels, draw.validation());
                }
            }
        }
        int best = 0;
        for (int i = 1; i < correct.length; i++) {
            best = correct[i] > correct[best] ? i : best;
        }
        return STRENGTHS[best];
    }

    /** Fits a head with the L2 strength {@code strength} to the rows {@code fitted}. */
    LinearHead fit(FloatMatrix features, int[] labels, int[] fitted, double strength) {
        try (Problem problem = new Problem(features.select(fitted), select(labels, fitted))) {
            return problem.toHead(problem.solve(strength, problem.zero()));
        }
    }

    private static int[] select(int[] labels, int[] rows) {
        return Arrays.stream(rows).map(row -> labels[row]).toArray();
    }

    /** The search for the weights of least loss on given features. */
    private final class Problem implements AutoCloseable {

        private final int[] labels;
        private final float[] mean;
        private final float[] variances;
        private final double average;
        private final float scale;
        private final SoftmaxStep step;

        Problem(FloatMatrix features, int[] labels) {
            int n = features.count();
            int d = features.length();
            this.labels = labels;
            this.mean = features.mean();
            this.variances = columnVariances(features, mean);
            double sum = 0;
            for (float variance : variances) {
                sum += (double) variance / d;
            }
            this.average = sum;
            this.scale = (float) (1 / Math.sqrt(Math.max(Float.MIN_NORMAL, average)));
            if (!Float.isFinite(scale)) {
                throw new ArithmeticException("a head cannot be fitted: some of the features are not finite");
            }
            this.step = new SoftmaxStep(n, d, classes);
            float[] row = new float[d];
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < d; k++) {
                    row[k] = (features.values()[i * d + k] - mean[k]) * scale;
                }
                step.setRow(i, row, labels[i], 1f / n);
            }
        }

        float[] zero() {
            return new float[(mean.length + 1) * classes];
        }

        /** Returns the weights and biases of least loss, from those at {@code start}. */
        float[] solve(double strength, float[] start) {
            SoftmaxRegressionLoss loss = new SoftmaxRegressionLoss(step, labels, mean.length, classes, strength);
            return SOLVER.minimise(loss, start, diagonal(strength));
        }

        /** The inverse of the diagonal of the Hessian at uniform class probabilities. */
        private float[] diagonal(double strength) {
            float[] diagonal = new float[(variances.length + 1) * classes];
            for (int i = 0; i < diagonal.length; i++) {
                int k = i / classes;
                double variance = k < variances.length ? variances[k] / average : 1;
                diagonal[i] = (float) (1 / (variance / classes + (k < variances.length ? strength : 0)));
            }
            return diagonal;
        }

        /** The head for features that are neither centred nor scaled. */
        LinearHead toHead(float[] point) {
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
            return new LinearHead(weights, bias);
        }

        @Override
        public void close() {
            step.close();
        }
    }

    private static float[] columnVariances(FloatMatrix rows, float[] mean) {
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

    /** The scores (logits) of features, [count, classes]. */
    float[] scores(LinearHead head, FloatMatrix features) {
        float[] scores = products.times(features.values(), features.count(), head.weights(), features.length());
        for (int i = 0; i < scores.length; i++) {
            scores[i] += head.bias()[i % classes];
        }
        return scores;
    }

    /**
     * Fits one head for each draw and tests it on the test images.
     *
     * @param draws rows for fitting, and for fitting the temperature, one draw per head
     * @param strength L2 strength
     */
    HeadOutcomes evaluate(
            List<RowSplit> draws,
            FloatMatrix training,
            int[] trainingLabels,
            FloatMatrix test,
            int[] testLabels,
            double strength) {
        HeadOutcomes outcomes = HeadOutcomes.of(draws.size(), test.count(), strength);
        for (int i = 0; i < draws.size(); i++) {
            LinearHead head = fit(training, trainingLabels, draws.get(i).fit(), strength);
            int[] validation = draws.get(i).validation();
            float[] own = scores(head, training.select(validation));
            int[] ownLabels = select(trainingLabels, validation);
            float[] scores = TemperatureScaling.fit(own, classes, ownLabels).scale(scores(head, test));
            for (int row = 0; row < test.count(); row++) {
                outcomes.put(i, row, scores, row, classes, testLabels[row]);
            }
        }
        return outcomes;
    }

    private int countCorrect(float[] scores, int[] labels, int[] rows) {
        int correct = 0;
        for (int i = 0; i < rows.length; i++) {
            correct += rank(scores, i, classes, labels[rows[i]]) == 0 ? 1 : 0;
        }
        return correct;
    }

    /**
     * The rank of a class: the number of classes with a higher score. Among equal scores the class with the lower index
     * ranks higher.
     */
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
