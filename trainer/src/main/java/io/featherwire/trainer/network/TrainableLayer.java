package io.featherwire.trainer.network;

import ai.djl.ndarray.NDArray;

/** One layer of a network, which runs forward in PyTorch. The exporter reads the same layers. */
sealed interface TrainableLayer permits Convolution, Dense, MaxPool, Flatten {
    /** Runs the layer. The result belongs to the manager of {@code input}. */
    NDArray forward(NDArray input, Mode mode);
}
