package io.featherwire.bundler.fit;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;

/**
 * The cost eᵀGe of an error e in a feature: a weighted sum of the squared error and of the squared effect on the
 * network's logits, each scaled to the same average cost.
 *
 * <p>The logits are approximated by a linear function (ridge regression), because an integer network has no derivative.
 * With G = LLᵀ, an error of the values Lᵀx costs the same in every direction.
 *
 * @param toward [values, values] row by row: Lᵀ, which maps a feature to these values
 * @param back [values, values] row by row: the inverse of Lᵀ
 */
record FeatureMetric(float[] toward, float[] back) {
    /**
     * The ridge added to the covariance, as a share of its mean diagonal, so that directions without variance do no
     * harm.
     */
    private static final double RIDGE = 1e-2;

    /**
     * Computes the metric.
     *
     * @param centred [rows, values], mean 0
     * @param logits [rows, classes] of the same features
     * @param sensitivity the share of the logits' effect in the cost, above 0 and below 1
     */
    static FeatureMetric of(MatrixProducts products, float[] centred, float[] logits, int rows, double sensitivity) {
        int values = centred.length / rows;
        int classes = logits.length / rows;
        float[] single = LogitRegression.ridgeRegression(products, centred, subtractMeans(logits, rows), rows, RIDGE);
        float[] costs = products.timesTransposed(single, values, single, classes);
        double total = trace(costs, values);
        // A network with the same prediction for every image is not sensitive to errors.
        double scale = total > 0 ? sensitivity * values / total : 0;
        double own = total > 0 ? 1 - sensitivity : 1;
        DMatrixRMaj metric = new DMatrixRMaj(values, values);
        for (int i = 0; i < values; i++) {
            for (int j = 0; j < values; j++) {
                double cost = scale * (costs[i * values + j] + costs[j * values + i]) / 2;
                metric.set(i, j, cost + (i == j ? own : 0));
            }
        }
        CholeskyDecomposition_F64<DMatrixRMaj> cholesky = DecompositionFactory_DDRM.chol(values, true);
        if (!cholesky.decompose(metric)) {
            throw new ArithmeticException(
                    "the metric matrix is not positive definite: some of the logits are not finite");
        }
        DMatrixRMaj toward = CommonOps_DDRM.transpose(cholesky.getT(null), null);
        DMatrixRMaj back = new DMatrixRMaj(values, values);
        CommonOps_DDRM.invert(toward, back);
        return new FeatureMetric(floats(toward), floats(back));
    }

    /**
     * Returns logits minus their mean over an image's classes, since a common offset of all classes does not change the
     * prediction; a single logit is kept. The mean of each class over all images is subtracted, too.
     */
    private static float[] subtractMeans(float[] logits, int rows) {
        int classes = logits.length / rows;
        float[] relative = logits.clone();
        double[] means = new double[classes];
        for (int row = 0; row < rows; row++) {
            double mean = 0;
            for (int k = 0; k < classes && classes > 1; k++) {
                mean += logits[row * classes + k] / (double) classes;
            }
            for (int k = 0; k < classes; k++) {
                relative[row * classes + k] -= (float) mean;
                means[k] += relative[row * classes + k] / (double) rows;
            }
        }
        for (int i = 0; i < relative.length; i++) {
            relative[i] -= (float) means[i % classes];
        }
        return relative;
    }

    private static double trace(float[] matrix, int size) {
        double trace = 0;
        for (int i = 0; i < size; i++) {
            trace += matrix[i * size + i];
        }
        return trace;
    }

    private static float[] floats(DMatrixRMaj matrix) {
        float[] floats = new float[matrix.getNumElements()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) matrix.getData()[i];
        }
        return floats;
    }
}
