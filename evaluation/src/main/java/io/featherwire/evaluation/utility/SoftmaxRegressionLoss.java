package io.featherwire.evaluation.utility;

import io.featherwire.bundler.head.SoftmaxStep;

/** Mean log loss plus L2 penalty, as a function of the parameters: weights [d, classes], then biases [classes]. */
final class SoftmaxRegressionLoss implements Lbfgs.Objective {

    private final SoftmaxStep step;
    private final int[] labels;
    private final int classes;
    private final double strength;
    private final float[] weights;
    private final float[] bias;
    private final float[] weightGradient;
    private final float[] biasGradient;
    private final float[] probabilities;

    /**
     * @param step computes loss and gradient of the features, each with weight 1 / number of features
     * @param labels labels of the features
     * @param d number of values of a feature
     * @param strength L2 strength λ; the penalty is λ/2 times the sum of squared weights
     */
    SoftmaxRegressionLoss(SoftmaxStep step, int[] labels, int d, int classes, double strength) {
        this.step = step;
        this.labels = labels;
        this.classes = classes;
        this.strength = strength;
        this.weights = new float[d * classes];
        this.bias = new float[classes];
        this.weightGradient = new float[d * classes];
        this.biasGradient = new float[classes];
        this.probabilities = new float[labels.length * classes];
    }

    @Override
    public double evaluate(float[] point, float[] gradient) {
        System.arraycopy(point, 0, weights, 0, weights.length);
        System.arraycopy(point, weights.length, bias, 0, classes);
        step.setParameters(weights, bias);
        step.evaluate(labels.length, probabilities, weightGradient, biasGradient);
        System.arraycopy(weightGradient, 0, gradient, 0, weights.length);
        System.arraycopy(biasGradient, 0, gradient, weights.length, classes);
        double loss = 0;
        for (int i = 0; i < labels.length; i++) {
            loss -= Math.log(Math.max(Float.MIN_NORMAL, probabilities[i * classes + labels[i]]));
        }
        loss /= labels.length;
        for (int i = 0; i < weights.length; i++) {
            loss += strength / 2 * weights[i] * weights[i];
            gradient[i] += (float) strength * weights[i];
        }
        return loss;
    }
}
