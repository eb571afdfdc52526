package io.featherwire.bundler.head;

/** The Adam optimiser (Kingma and Ba, 2015) with its default constants. */
final class Adam {

    private static final float MEAN = 0.9f;
    private static final float SQUARE = 0.999f;
    private static final float SMALLEST = 1e-8f;

    private final float[] mean;
    private final float[] square;
    private int steps;

    Adam(int parameters) {
        mean = new float[parameters];
        square = new float[parameters];
    }

    /**
     * Updates the parameters.
     *
     * @param scale the factor of the gradient
     * @param decay the L2 regularisation: this factor times the parameter is added to the scaled gradient
     * @param rate the learning rate
     */
    void step(float[] parameters, float[] gradient, float scale, float decay, double rate) {
        steps++;
        double corrected = rate * Math.sqrt(1 - Math.pow(SQUARE, steps)) / (1 - Math.pow(MEAN, steps));
        float by = (float) corrected;
        for (int i = 0; i < parameters.length; i++) {
            float g = gradient[i] * scale + decay * parameters[i];
            mean[i] = MEAN * mean[i] + (1 - MEAN) * g;
            square[i] = SQUARE * square[i] + (1 - SQUARE) * g * g;
            parameters[i] -= by * mean[i] / ((float) Math.sqrt(square[i]) + SMALLEST);
        }
    }
}
