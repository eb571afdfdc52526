package io.featherwire.bundler.assembly;

/**
 * The network's logits as a linear function, to a first approximation.
 *
 * @param ofFeatures whether of the feature's values; else of the code's, all its coefficients
 * @param bias [classes]
 * @param weights [values, classes] row by row
 */
public record LinearAnswer(boolean ofFeatures, float[] bias, float[] weights) {

    /** Number of classes of an image that are considered: the others have almost no probability. */
    public static final int MOST_CLASSES = 16;

    public int classes() {
        return bias.length;
    }

    /** Number of considered classes. */
    public int few() {
        return Math.min(MOST_CLASSES, classes());
    }

    /** The weights of the first values by class, [classes, values]. */
    float[] byClass(int values) {
        float[] turned = new float[classes() * values];
        for (int k = 0; k < classes(); k++) {
            for (int i = 0; i < values; i++) {
                turned[k * values + i] = weights[i * classes() + k];
            }
        }
        return turned;
    }
}
