package io.featherwire.trainer.network;

import ai.djl.ndarray.NDArray;
import io.featherwire.trainer.export.BatchNorm;

/** Batch normalisation over axis 1; it exists while training only, the exporter folds it into the layer before it. */
final class Norm {
    private static final float EPSILON = 1e-5f;

    private static final float KEEP = 0.9f;
    private final NDArray gamma;
    private final NDArray beta;
    private final NDArray mean;
    private final NDArray variance;

    Norm(Parameters parameters, String name, int channels) {
        gamma = parameters.vector(name + ".gamma", channels, 1);
        beta = parameters.vector(name + ".beta", channels, 0);
        mean = parameters.statistic(name + ".mean", channels, 0);
        variance = parameters.statistic(name + ".variance", channels, 1);
    }

    NDArray forward(NDArray input, Pass pass) {
        NDArray[] running = {mean, variance};
        if (pass == Pass.TRAINING_ASIDE) {
            for (int i = 0; i < running.length; i++) {
                running[i] = running[i].duplicate();
                running[i].attach(input.getManager());
            }
        }
        return input.getNDArrayInternal()
                .batchNorm(input, running[0], running[1], gamma, beta, -1, KEEP, EPSILON, pass.training())
                .singletonOrThrow();
    }

    /** Its form at inference. */
    BatchNorm exported() {
        return new BatchNorm(
                gamma.toFloatArray(), beta.toFloatArray(), mean.toFloatArray(), variance.toFloatArray(), EPSILON);
    }
}
