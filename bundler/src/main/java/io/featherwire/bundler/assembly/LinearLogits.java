package io.featherwire.bundler.assembly;

/**
 * The network's logits as a linear function, to a first approximation.
 *
 * @param ofFeatures whether of the feature's values; else of the code's, all its coefficients
 * @param bias [classes]
 * @param weights [values, classes] row by row
 * @param considered classes and coefficients that are considered
 */
public record LinearLogits(boolean ofFeatures, float[] bias, float[] weights, Considered considered) {

    private static final int MOST_LIKELIEST = 10;

    /**
     * The part of a prediction that the choice of symbols considers.
     *
     * @param likeliest number of an image's likeliest classes; the others have almost no probability
     * @param coefficients number of the code's first coefficients, for a function of features; the others are seldom other than 0
     */
    public record Considered(int likeliest, int coefficients) {

        public Considered {
            if (likeliest < 1 || coefficients < 1) {
                throw new IllegalArgumentException(likeliest + " classes and " + coefficients
                        + " coefficients are considered, must be at least 1");
            }
        }
    }

    /** Considers as many classes as any payload asks for, and all coefficients. */
    public LinearLogits(boolean ofFeatures, float[] bias, float[] weights) {
        this(ofFeatures, bias, weights, new Considered(MOST_LIKELIEST, Integer.MAX_VALUE));
    }

    /** A copy that considers another part. */
    public LinearLogits considering(Considered other) {
        return new LinearLogits(ofFeatures, bias, weights, other);
    }

    /** Number of considered coefficients of a code with this many. */
    public int coefficients(int count) {
        return ofFeatures ? Math.min(considered.coefficients(), count) : count;
    }

    public int classes() {
        return bias.length;
    }

    /** Number of considered classes. */
    public int few() {
        return Math.min(considered.likeliest(), classes());
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
