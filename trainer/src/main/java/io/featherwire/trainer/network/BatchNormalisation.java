package io.featherwire.trainer.network;

import ai.djl.ndarray.NDArray;
import io.featherwire.bundler.export.BatchNorm;

/** Batch normalisation over axis 1. It exists only during training: the exporter folds it into the previous layer. */
final class BatchNormalisation {
    private static final float EPSILON = 1e-5f;

    private static final float KEEP = 0.9f;
    private final NDArray gamma;
    private final NDArray beta;
    private final NDArray mean;
    private final NDArray variance;

    BatchNormalisation(Parameters parameters, String name, int channels) {
        gamma = parameters.addVector(name + ".gamma", channels, 1);
        beta = parameters.addVector(name + ".beta", channels, 0);
        mean = parameters.addStatistic(name + ".mean", channels, 0);
        variance = parameters.addStatistic(name + ".variance", channels, 1);
    }

    NDArray forward(NDArray input, Mode mode) {
        NDArray[] running = {mean, variance};
        if (mode == Mode.TRAINING_FIXED_STATISTICS) {
            for (int i = 0; i < running.length; i++) {
                running[i] = running[i].duplicate();
                running[i].attach(input.getManager());
            }
        }
        return input.getNDArrayInternal()
                .batchNorm(input, running[0], running[1], gamma, beta, -1, KEEP, EPSILON, mode.isTraining())
                .singletonOrThrow();
    }

    /**
     * Sets statistics, scale and shift so that the layer maps {@code input} to {@code input} + {@code bias}.
     *
     * @param input [N, C] or [N, C, H, W]
     * @param bias [C]
     */
    void setFolded(NDArray input, float[] bias) {
        int[] values = {1};
        NDArray channels = input.swapAxes(0, 1).reshape(input.getShape().get(1), -1);
        NDArray centred = channels.sub(channels.mean(values, true));
        float[] mean = channels.mean(values).toFloatArray();
        float[] variance = centred.mul(centred).mean(values).toFloatArray();
        float[] scale = new float[mean.length];
        float[] shift = new float[mean.length];
        for (int c = 0; c < mean.length; c++) {
            scale[c] = (float) Math.sqrt((double) variance[c] + EPSILON);
            shift[c] = mean[c] + bias[c];
        }
        Parameters.overwrite("the mean", this.mean, mean);
        Parameters.overwrite("the variance", this.variance, variance);
        Parameters.overwrite("the scale", gamma, scale);
        Parameters.overwrite("the shift", beta, shift);
    }

    /** The normalisation for inference. */
    BatchNorm toBatchNorm() {
        return new BatchNorm(
                gamma.toFloatArray(), beta.toFloatArray(), mean.toFloatArray(), variance.toFloatArray(), EPSILON);
    }
}
