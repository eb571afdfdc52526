package io.featherwire.bundler.assembly;

/**
 * The network's logits as a linear function, to a first approximation.
 *
 * @param ofFeatures whether of the feature's values; else of the code's, all its coefficients
 * @param bias [classes]
 * @param weights [values, classes] row by row
 * @param likeliest number of an image's likeliest classes that are considered; the others have almost no probability
 */
public record LinearAnswer(boolean ofFeatures, float[] bias, float[] weights, int likeliest) {

    private static final int MOST_LIKELIEST = 12;

    /** Considers as many classes as any payload asks for. */
    public LinearAnswer(boolean ofFeatures, float[] bias, float[] weights) {
        this(ofFeatures, bias, weights, MOST_LIKELIEST);
    }

    public LinearAnswer {
        if (likeliest < 1) {
            throw new IllegalArgumentException(likeliest + " classes are considered, must be at least 1");
        }
    }

    /** A copy that considers another number of classes. */
    public LinearAnswer withLikeliest(int other) {
        return new LinearAnswer(ofFeatures, bias, weights, other);
    }

    public int classes() {
        return bias.length;
    }

    /** Number of considered classes. */
    public int few() {
        return Math.min(likeliest, classes());
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
