package io.featherwire.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.featherwire.trainer.export.DenseWeights;
import java.util.ArrayList;
import java.util.List;

/** Fully connected layers as exported, their normalisation folded; gradients pass through them to the features. */
public final class FoldedHead implements AutoCloseable {
    private final Parameters parameters;
    private final List<NDArray> kernels = new ArrayList<>();
    private final List<NDArray> biases = new ArrayList<>();

    private FoldedHead(NDManager parent, List<DenseWeights> layers, boolean learns) {
        parameters = new Parameters(parent, 0);
        for (int i = 0; i < layers.size(); i++) {
            DenseWeights layer = layers.get(i);
            String name = "fc" + (i + 1);
            kernels.add(parameters.given(name + ".weight", layer.weight(), new Shape(layer.out(), layer.in()), learns));
            biases.add(parameters.given(name + ".bias", layer.bias(), new Shape(layer.out()), learns));
        }
    }

    /** A head that stays as it is. */
    public static FoldedHead frozen(NDManager parent, List<DenseWeights> layers) {
        return new FoldedHead(parent, layers, false);
    }

    /** A head that goes on learning from where it is. */
    public static FoldedHead learning(NDManager parent, List<DenseWeights> layers) {
        return new FoldedHead(parent, layers, true);
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

    /** The layers as they are now. */
    public List<DenseWeights> weights() {
        List<DenseWeights> weights = new ArrayList<>();
        for (int i = 0; i < kernels.size(); i++) {
            Shape shape = kernels.get(i).getShape();
            weights.add(new DenseWeights(
                    (int) shape.get(0),
                    (int) shape.get(1),
                    kernels.get(i).toFloatArray(),
                    biases.get(i).toFloatArray()));
        }
        return weights;
    }

    public Parameters parameters() {
        return parameters;
    }

    @Override
    public void close() {
        parameters.close();
    }
}
