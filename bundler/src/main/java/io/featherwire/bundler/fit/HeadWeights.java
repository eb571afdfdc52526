package io.featherwire.bundler.fit;

import io.featherwire.bundler.assembly.LinearLogits;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * Weights of a network's head, found by asking it: features are strongly correlated, so that the logits of images alone say little of most
 * directions; of features whose values come from different images the head's logits say all, where it is linear.
 */
final class HeadWeights {

    /** Mixed features for each value of a feature. */
    private static final int MIXED_PER_VALUE = 4;

    /** Mixed features are hardly correlated and need next to none. */
    private static final double RIDGE = 1e-5;

    private HeadWeights() {}

    /**
     * The fit to mixed features, or, where the head is not linear and that of images alone says more of other images, the latter.
     *
     * @param features [rows, values]
     * @param logits [rows, classes], each row less its mean
     * @param head features, one after the other, to logits, each row less its mean
     */
    static LinearLogits of(
            MatrixProducts products, float[] features, float[] logits, int rows, UnaryOperator<float[]> head) {
        int values = features.length / rows;
        int classes = logits.length / rows;
        int mixed = MIXED_PER_VALUE * values;
        float[] some = mixed(features, rows, values, mixed);
        LinearLogits asked = FeatureRegression.of(products, some, head.apply(some), mixed, RIDGE);
        int most = rows - rows / 4;
        LinearLogits seen = FeatureRegression.of(
                products,
                Arrays.copyOf(features, most * values),
                Arrays.copyOf(logits, most * classes),
                most,
                LogitRegression.RIDGE);
        float[] others = Arrays.copyOfRange(features, most * values, features.length);
        float[] wanted = Arrays.copyOfRange(logits, most * classes, logits.length);
        return FeatureRegression.error(products, asked, others, wanted, rows - most)
                        < FeatureRegression.error(products, seen, others, wanted, rows - most)
                ? asked
                : FeatureRegression.of(products, features, logits, rows, LogitRegression.RIDGE);
    }

    /** Each value of an image that is drawn for it alone. */
    private static float[] mixed(float[] features, int rows, int values, int count) {
        Random random = new Random(1);
        float[] mixed = new float[count * values];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = features[random.nextInt(rows) * values + i % values];
        }
        return mixed;
    }
}
