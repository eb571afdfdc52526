package io.featherwire.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.featherwire.trainer.export.DenseWeights;
import java.util.ArrayList;
import java.util.List;

/** Fully connected layers that learn no more; gradients pass through them to the features. */
public final class FrozenHead implements AutoCloseable {
    private final NDManager manager;
    private final List<NDArray> kernels = new ArrayList<>();
    private final List<NDArray> biases = new ArrayList<>();

    public FrozenHead(NDManager parent, List<DenseWeights> layers) {
        manager = parent.newSubManager();
        for (DenseWeights layer : layers) {
            kernels.add(manager.create(layer.weight(), new Shape(layer.out(), layer.in())));
            biases.add(manager.create(layer.bias(), new Shape(layer.out())));
        }
    }

    /** Features [N, F, H, W] to logits [N, classes]. */
    public NDArray logits(NDArray features) {
        NDArray x = features.reshape(features.getShape().get(0), -1);
        for (int i = 0; i < kernels.size(); i++) {
            x = x.getNDArrayInternal().linear(x, kernels.get(i), biases.get(i)).singletonOrThrow();
            x = i < kernels.size() - 1 ? x.getNDArrayInternal().relu() : x;
        }
        return x;
    }

    @Override
    public void close() {
        manager.close();
    }
}
