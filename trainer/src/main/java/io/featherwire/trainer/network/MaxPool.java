package io.featherwire.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** Max-pooling of 2×2 with stride 2. An odd last row or column is dropped. */
record MaxPool() implements TrainableLayer {
    private static final Shape TWO = new Shape(2, 2);

    @Override
    public NDArray forward(NDArray input, Mode mode) {
        return input.getNDArrayInternal().maxPool(TWO, TWO, new Shape(0, 0), false);
    }
}
