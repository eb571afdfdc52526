package io.featherwire.bundler.fit;

import io.featherwire.bundler.assembly.Companding;
import io.featherwire.bundler.assembly.LinearCode;
import io.featherwire.bundler.assembly.LinearLogits;
import io.featherwire.codec.payload.Quantiser;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;
import org.jspecify.annotations.Nullable;

/**
 * Fits a linear approximation of a network's logits by ridge regression, and computes the directions of images with it.
 */
final class LogitRegression {

    /** The ridge, as a share of the mean variance: a direction of little variance predicts little of the logits. */
    static final double RIDGE = 1e-3;

    /** Logits count as rounded if the two largest are equal for more than one image in 100. */
    private static final int SELDOM = 100;

    private LogitRegression() {}

    /**
     * Fits the approximation.
     *
     * @param features [rows, values]
     * @param codes [rows, coefficients] of the features
     * @param logits [rows, classes] of the features
     * @param head maps features, row by row, to logits; null if only the given logits are known
     */
    static LinearLogits fit(
            MatrixProducts products,
            KarhunenLoeveFit linear,
            float[] features,
            float[] codes,
            float[] logits,
            int rows,
            @Nullable UnaryOperator<float[]> head) {
        int classes = logits.length / rows;
        float[] relative = subtractMeans(logits, classes);
        boolean rounded = areRounded(logits, classes);
        if (linear.code().companding() == Companding.NONE || features.length / rows > PrincipalComponents.MAX_WHOLE) {
            float[] means = KarhunenLoeveFit.mean(relative, rows, classes);
            for (int i = 0; i < relative.length; i++) {
                relative[i] -= means[i % classes];
            }
            return fitOnCodes(products, codes, relative, means, rows, linear.variances())
                    .withRounded(rounded);
        }
        LinearLogits fitted = head == null
                ? FeatureRegression.fit(products, features, relative, rows, RIDGE)
                : MixedFeatureRegression.fit(
                        products, features, relative, rows, some -> subtractMeans(head.apply(some), classes));
        return fitted.withRounded(rounded);
    }

    /** Returns whether the two largest logits are equal more often than logits that are not rounded ever are. */
    private static boolean areRounded(float[] logits, int classes) {
        int tied = 0;
        for (int row = 0; classes > 1 && row < logits.length; row += classes) {
            int[] best = mostProbableClasses(logits, row, classes, 2);
            tied += logits[row + best[0]] == logits[row + best[1]] ? 1 : 0;
        }
        return tied * SELDOM > logits.length / classes;
    }

    /** Fits logits to codes. Coefficients are uncorrelated, so that each weight is independent of the others. */
    private static LinearLogits fitOnCodes(
            MatrixProducts products, float[] codes, float[] relative, float[] means, int rows, double[] variances) {
        int classes = means.length;
        double[] covariances = products.transposedTimes(codes, relative, rows);
        double ridge = RIDGE * Arrays.stream(variances).average().orElse(0);
        float[] weights = new float[covariances.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (covariances[i] / rows / Math.max(Double.MIN_NORMAL, variances[i / classes] + ridge));
        }
        return new LinearLogits(false, means, weights);
    }

    /**
     * Returns logits minus their mean over classes, since a common offset of all classes does not change the
     * prediction.
     */
    private static float[] subtractMeans(float[] logits, int classes) {
        float[] relative = logits.clone();
        for (int row = 0; row < logits.length; row += classes) {
            double mean = 0;
            for (int k = 0; k < classes; k++) {
                mean += logits[row + k] / (double) classes;
            }
            for (int k = 0; k < classes; k++) {
                relative[row + k] -= (float) mean;
            }
        }
        return relative;
    }

    /**
     * Returns the weights [values, classes] of the ridge regression of {@code wanted} [rows, classes] on {@code
     * centred} [rows, values].
     */
    static float[] ridgeRegression(MatrixProducts products, float[] centred, float[] wanted, int rows, double share) {
        int values = centred.length / rows;
        int classes = wanted.length / rows;
        double[] covariance = products.transposedTimes(centred, centred, rows);
        double trace = 0;
        for (int i = 0; i < values; i++) {
            trace += covariance[i * values + i];
        }
        for (int i = 0; i < values; i++) {
            covariance[i * values + i] += Math.max(Double.MIN_NORMAL, share * trace / values);
        }
        LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.symmPosDef(values);
        if (!solver.setA(DMatrixRMaj.wrap(values, values, covariance))) {
            throw new ArithmeticException(
                    "the covariance matrix is not positive definite: some of the features are not finite");
        }
        DMatrixRMaj weights = new DMatrixRMaj(values, classes);
        solver.solve(DMatrixRMaj.wrap(values, classes, products.transposedTimes(centred, wanted, rows)), weights);
        float[] single = new float[values * classes];
        for (int i = 0; i < single.length; i++) {
            single[i] = (float) weights.getData()[i];
        }
        return single;
    }

    /**
     * Returns the directions of images as the bundle's Fisher graph computes them, [rows, considered coefficients + 1,
     * considered classes].
     *
     * @param features [rows, values]
     * @param codes [rows, values of the code]
     */
    static float[] directions(
            MatrixProducts products,
            LinearLogits linearLogits,
            LinearCode code,
            Quantiser quantiser,
            float[] features,
            float[] codes,
            int rows) {
        float[] inputs = linearLogits.ofFeatures() ? features : codes;
        int values = inputs.length / rows;
        int classes = linearLogits.classes();
        int few = linearLogits.consideredClasses();
        float[] weights = Arrays.copyOf(linearLogits.weights(), values * classes);
        float[] logits = products.times(inputs, rows, weights, values);
        float[] gradients = new float[rows * few * values];
        for (int row = 0; row < rows; row++) {
            for (int k = 0; k < classes; k++) {
                logits[row * classes + k] += linearLogits.bias()[k];
            }
            int[] likeliest = mostProbableClasses(logits, row * classes, classes, few);
            double[] shares = softmaxOfClasses(logits, row * classes, likeliest);
            for (int i = 0; i < values; i++) {
                float slope = linearLogits.ofFeatures()
                        ? code.companding().slope(code.companding().compress(inputs[row * values + i]))
                        : 1;
                double mean = 0;
                for (int k = 0; k < few && !linearLogits.rounded(); k++) {
                    mean += shares[k] * weights[i * classes + likeliest[k]];
                }
                for (int k = 0; k < few; k++) {
                    double share = linearLogits.rounded() ? shares[k] * (1 - shares[k]) : shares[k];
                    gradients[(row * few + k) * values + i] =
                            (float) (Math.sqrt(share) * (weights[i * classes + likeliest[k]] - mean) * slope);
                }
            }
        }
        int count = quantiser.channels();
        int first = linearLogits.consideredCoefficients(count);
        float[] turned =
                linearLogits.ofFeatures() ? products.times(gradients, rows * few, code.synthesis(), values) : gradients;
        float[] steps = quantiser.step();
        float[] directions = new float[rows * (first + 1) * few];
        for (int i = 0; i < turned.length; i++) {
            int row = i / count / few;
            int k = i / count % few;
            int at = i % count;
            if (at < first) {
                directions[(row * (first + 1) + at) * few + k] = turned[i] * steps[at];
            }
        }
        if (linearLogits.ofFeatures()) {
            float squaredError = linearLogits.considered().squaredError();
            addProductsWithFeatures(code, features, squaredError, rows, gradients, first, directions);
        }
        return directions;
    }

    /** Adds the products of the gradients with the companded feature minus its mean and the expected shift. */
    private static void addProductsWithFeatures(
            LinearCode code,
            float[] features,
            float squaredError,
            int rows,
            float[] gradients,
            int first,
            float[] directions) {
        int values = features.length / rows;
        int few = gradients.length / rows / values;
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < values; i++) {
                float root = code.companding().compress(features[row * values + i]);
                float centred = root - code.mean()[i] - code.companding().shift(root, squaredError);
                for (int k = 0; k < few; k++) {
                    directions[(row * (first + 1) + first) * few + k] +=
                            gradients[(row * few + k) * values + i] * centred;
                }
            }
        }
    }

    private static double[] softmaxOfClasses(float[] logits, int from, int[] likeliest) {
        double[] shares = new double[likeliest.length];
        double sum = 0;
        for (int k = 0; k < shares.length; k++) {
            shares[k] = Math.exp(logits[from + likeliest[k]] - logits[from + likeliest[0]]);
            sum += shares[k];
        }
        for (int k = 0; k < shares.length; k++) {
            shares[k] /= sum;
        }
        return shares;
    }

    /** Returns the classes with the largest logits, in descending order. */
    private static int[] mostProbableClasses(float[] logits, int from, int classes, int few) {
        int[] best = new int[few];
        int found = 0;
        for (int k = 0; k < classes; k++) {
            if (found == few && logits[from + k] <= logits[from + best[few - 1]]) {
                continue;
            }
            int at = found < few ? found++ : few - 1;
            while (at > 0 && logits[from + best[at - 1]] < logits[from + k]) {
                best[at] = best[at - 1];
                at--;
            }
            best[at] = k;
        }
        return best;
    }
}
