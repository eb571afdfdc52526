package io.featherwire.bundler.assembly;

/**
 * An approximation of the network's logits by a linear function.
 *
 * @param ofFeatures whether the function takes the values of the feature; otherwise it takes all coefficients of the
 *      code
 * @param bias [classes]
 * @param weights [values, classes] row by row
 * @param rounded whether the network rounds its logits, as heads of 8-bit integers do
 * @param considered the part of a prediction that the choice of symbols considers
 */
public record LinearLogits(boolean ofFeatures, float[] bias, float[] weights, boolean rounded, Considered considered) {

    private static final int MAX_CLASSES = 10;

    /**
     * The part of a prediction that the choice of symbols considers.
     *
     * @param classes the number of an image's most probable classes; the other classes have almost no probability
     * @param coefficients the number of the code's first coefficients, for a function of features; the other
     *      coefficients are rarely different from 0
     * @param squaredError the mean squared error of the companded values, by which the expected shift of decoded values
     *      is computed; 0 for no shift
     */
    public record Considered(int classes, int coefficients, float squaredError) {

        public Considered {
            if (classes < 1 || coefficients < 1) {
                throw new IllegalArgumentException(classes + " classes and " + coefficients
                        + " coefficients for the approximation of the logits; both must be at least 1");
            }
        }
    }

    /** Makes a function that considers up to 10 classes and all coefficients. */
    public LinearLogits(boolean ofFeatures, float[] bias, float[] weights) {
        this(ofFeatures, bias, weights, false, new Considered(MAX_CLASSES, Integer.MAX_VALUE, 0));
    }

    /** Returns a copy for a network that rounds its logits, or for one that does not. */
    public LinearLogits withRounded(boolean other) {
        return new LinearLogits(ofFeatures, bias, weights, other, considered);
    }

    /** Returns a copy that considers another part. */
    public LinearLogits withConsidered(Considered other) {
        return new LinearLogits(ofFeatures, bias, weights, rounded, other);
    }

    /** Returns the number of considered coefficients of a code with {@code count} coefficients. */
    public int consideredCoefficients(int count) {
        return ofFeatures ? Math.min(considered.coefficients(), count) : count;
    }

    public int classes() {
        return bias.length;
    }

    /** Returns the number of considered classes. */
    public int consideredClasses() {
        return Math.min(considered.classes(), classes());
    }

    /** Returns the weights of the first values by class, [classes, values]. */
    float[] weightsByClass(int values) {
        float[] turned = new float[classes() * values];
        for (int k = 0; k < classes(); k++) {
            for (int i = 0; i < values; i++) {
                turned[k * values + i] = weights[i * classes() + k];
            }
        }
        return turned;
    }
}
