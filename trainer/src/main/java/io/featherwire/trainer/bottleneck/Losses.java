package io.featherwire.trainer.bottleneck;

import ai.djl.ndarray.NDArray;

/** Mean losses of a batch, in nats, from log-probabilities [N, classes]. */
final class Losses {
    private static final float LEAST = 1e-9f;

    private Losses() {}

    /** The divergence KL(wanted ‖ output). {@code wanted} holds probabilities, {@code logOutput} log-probabilities. */
    static NDArray divergence(NDArray wanted, NDArray logOutput) {
        NDArray logWanted = wanted.add(LEAST).log();
        return wanted.mul(logWanted.sub(logOutput)).sum().div((float)
                logOutput.getShape().get(0));
    }

    static NDArray crossEntropy(NDArray targets, NDArray logOutput) {
        return targets.mul(logOutput).sum().div((float) -logOutput.getShape().get(0));
    }

    /** Makes one-hot targets of the rows' labels, with the shape and manager of {@code like}. */
    static NDArray targets(int[] rows, int[] labels, NDArray like) {
        int classes = (int) like.getShape().get(1);
        float[] targets = new float[rows.length * classes];
        for (int i = 0; i < rows.length; i++) {
            targets[i * classes + labels[rows[i]]] = 1;
        }
        return like.getManager().create(targets, like.getShape());
    }
}
