package io.featherwire.bundler.fit;

import io.featherwire.bundler.assembly.LinearLogits;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * Estimates the weights of a network's head by evaluating it. Features are strongly correlated, so that the logits of
 * images alone say little about most directions. The logits of mixed features, whose values come from different images,
 * determine the weights of a linear head completely.
 */
final class MixedFeatureRegression {

    /** The number of mixed features for each value of a feature. */
    private static final int MIXED_PER_VALUE = 4;

    /** The ridge of the fit to mixed features, which are hardly correlated and need almost none. */
    private static final double RIDGE = 1e-5;

    private MixedFeatureRegression() {}

    /**
     * Returns the fit to mixed features; or the fit to the images, if the head is not linear and that fit predicts
     * other images better.
     *
     * @param features [rows, values]
     * @param logits [rows, classes], each row minus its mean
     * @param head maps features, row by row, to logits, each row minus its mean
     */
    static LinearLogits fit(
            MatrixProducts products, float[] features, float[] logits, int rows, UnaryOperator<float[]> head) {
        int values = features.length / rows;
        int classes = logits.length / rows;
        int mixed = MIXED_PER_VALUE * values;
        float[] some = mixFeatures(features, rows, values, mixed);
        LinearLogits asked = FeatureRegression.fit(products, some, head.apply(some), mixed, RIDGE);
        int most = rows - rows / 4;
        LinearLogits seen = FeatureRegression.fit(
                products,
                Arrays.copyOf(features, most * values),
                Arrays.copyOf(logits, most * classes),
                most,
                LogitRegression.RIDGE);
        float[] others = Arrays.copyOfRange(features, most * values, features.length);
        float[] wanted = Arrays.copyOfRange(logits, most * classes, logits.length);
        return FeatureRegression.meanSquaredError(products, asked, others, wanted, rows - most)
                        < FeatureRegression.meanSquaredError(products, seen, others, wanted, rows - most)
                ? asked
                : FeatureRegression.fit(products, features, logits, rows, LogitRegression.RIDGE);
    }

    /** Returns mixed features: each value is drawn from an image of its own. */
    private static float[] mixFeatures(float[] features, int rows, int values, int count) {
        Random random = new Random(1);
        float[] mixed = new float[count * values];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = features[random.nextInt(rows) * values + i % values];
        }
        return mixed;
    }
}
