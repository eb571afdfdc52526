package io.featherwire.trainer.network;

import ai.djl.ndarray.NDArray;

/** Reshapes [N, C, H, W] to [N, C·H·W]. */
record Flatten() implements TrainableLayer {
    @Override
    public NDArray forward(NDArray input, Mode mode) {
        return input.reshape(input.getShape().get(0), -1);
    }
}
