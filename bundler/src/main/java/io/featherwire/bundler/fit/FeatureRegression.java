package io.featherwire.bundler.fit;

import io.featherwire.bundler.assembly.LinearLogits;

/** Fits the ridge regression of logits on features. */
final class FeatureRegression {

    private FeatureRegression() {}

    /**
     * Fits the regression.
     *
     * @param features [rows, values]
     * @param logits [rows, classes], each row minus its mean
     * @param ridge the addition to the variances, as a share of their mean
     */
    static LinearLogits fit(MatrixProducts products, float[] features, float[] logits, int rows, double ridge) {
        int values = features.length / rows;
        int classes = logits.length / rows;
        float[] mean = KarhunenLoeveFit.mean(features, rows, values);
        float[] means = KarhunenLoeveFit.mean(logits, rows, classes);
        float[] weights = LogitRegression.ridgeRegression(
                products, subtractMean(features, mean), subtractMean(logits, means), rows, ridge);
        float[] bias = means.clone();
        for (int i = 0; i < weights.length; i++) {
            bias[i % classes] -= mean[i / classes] * weights[i];
        }
        return new LinearLogits(true, bias, weights);
    }

    private static float[] subtractMean(float[] values, float[] mean) {
        float[] centred = values.clone();
        for (int i = 0; i < centred.length; i++) {
            centred[i] -= mean[i % mean.length];
        }
        return centred;
    }

    /** Returns the mean squared error of a fit, over rows and classes. */
    static double meanSquaredError(
            MatrixProducts products, LinearLogits fit, float[] features, float[] logits, int rows) {
        float[] fitted = products.times(features, rows, fit.weights(), features.length / rows);
        double error = 0;
        for (int i = 0; i < logits.length; i++) {
            double apart = fitted[i] + fit.bias()[i % fit.classes()] - logits[i];
            error += apart * apart / logits.length;
        }
        return error;
    }
}
