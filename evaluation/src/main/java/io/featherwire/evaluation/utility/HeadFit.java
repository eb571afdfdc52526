package io.featherwire.evaluation.utility;

import io.featherwire.bundler.fit.MatrixProducts;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * The fixed recipe of an unseen head: ridge regression to class indicators (least squares with L2), the same for every coding.
 *
 * <p>Features are centred; the penalty is one of {@link #STRENGTHS} times the mean variance times the number of images, chosen by accuracy on
 * validation images, the stronger of equals. Where images are fewer than values the same head is found by its dual.
 */
final class HeadFit {

    static final double[] STRENGTHS = {1, 0.3, 0.1, 0.03, 0.01};

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
        float[] x = some.values();
        double squares = 0;
        for (int i = 0; i < x.length; i++) {
            x[i] -= mean[i % d];
            squares += (double) x[i] * x[i];
        }
        float[] targets = new float[n * classes];
        float[] share = new float[classes];
        for (int i = 0; i < n; i++) {
            share[labels[draw.fit()[i]]] += 1f / n;
        }
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < classes; k++) {
                targets[i * classes + k] = (labels[draw.fit()[i]] == k ? 1 : 0) - share[k];
            }
        }
        boolean dual = n < d;
        double[] gram = dual ? doubles(products.timesTransposed(x, n, x, d)) : products.transposedTimes(x, x, n);
        double[] right = dual ? doubles(targets) : products.transposedTimes(x, targets, n);
        Rows validation = features.select(draw.validation());
        Head best = new Head(new float[d * classes], share);
        int most = -1;
        for (double strength : STRENGTHS) {
            float[] solution = solve(gram, right, dual ? n : d, strength * squares / d);
            float[] weights = dual ? floats(products.transposedTimes(x, solution, n)) : solution;
            Head head = new Head(weights, bias(weights, mean, share));
            int correct = correct(scores(head, validation), labels, draw.validation());
            if (correct > most) {
                most = correct;
                best = head;
            }
        }
        return best;
    }

    private float[] solve(double[] gram, double[] right, int size, double penalty) {
        DMatrixRMaj left = new DMatrixRMaj(size, size);
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                left.set(i, j, (gram[i * size + j] + gram[j * size + i]) / 2);
            }
            left.add(i, i, penalty + 1e-9);
        }
        LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(size);
        DMatrixRMaj solution = new DMatrixRMaj(size, classes);
        if (!solver.setA(left)) {
            throw new ArithmeticException("a head cannot be fitted: some of the features are not finite");
        }
        solver.solve(DMatrixRMaj.wrap(size, classes, right), solution);
        if (CommonOps_DDRM.elementMaxAbs(solution) > Float.MAX_VALUE) {
            throw new ArithmeticException("a head cannot be fitted: its weights are not finite");
        }
        return floats(solution.getData());
    }

    private float[] bias(float[] weights, float[] mean, float[] share) {
        double[] bias = new double[classes];
        for (int i = 0; i < mean.length; i++) {
            for (int k = 0; k < classes; k++) {
                bias[k] -= (double) mean[i] * weights[i * classes + k];
            }
        }
        float[] single = new float[classes];
        for (int k = 0; k < classes; k++) {
            single[k] = (float) (bias[k] + share[k]);
        }
        return single;
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

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
