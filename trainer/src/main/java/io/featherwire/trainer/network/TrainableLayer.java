package io.featherwire.trainer.network;

import ai.djl.ndarray.NDArray;

/** One step of a network, able to run forward in PyTorch; the exporter reads the same layers. */
sealed interface TrainableLayer permits Convolution, Dense, MaxPool, Flatten {
    /** Runs the layer; the result belongs to the manager of {@code input}. */
    NDArray forward(NDArray input, Mode mode);
}
