package io.featherwire.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.featherwire.bundler.export.DenseWeights;
import java.util.ArrayList;
import java.util.List;

/** Exported fully connected layers with folded normalisation, through which gradients pass to the features. */
public final class MlpHead implements AutoCloseable {
    private final Parameters parameters;
    private final List<NDArray> kernels = new ArrayList<>();
    private final List<NDArray> biases = new ArrayList<>();

    private MlpHead(NDManager parent, List<DenseWeights> layers, boolean learns) {
        parameters = new Parameters(parent, 0);
        for (int i = 0; i < layers.size(); i++) {
            DenseWeights layer = layers.get(i);
            String name = "fc" + (i + 1);
            kernels.add(
                    parameters.addGiven(name + ".weight", layer.weight(), new Shape(layer.out(), layer.in()), learns));
            biases.add(parameters.addGiven(name + ".bias", layer.bias(), new Shape(layer.out()), learns));
        }
    }

    /** Makes a frozen head. */
    public static MlpHead frozen(NDManager parent, List<DenseWeights> layers) {
        return new MlpHead(parent, layers, false);
    }

    /** Makes a head whose training continues from the given weights. */
    public static MlpHead learning(NDManager parent, List<DenseWeights> layers) {
        return new MlpHead(parent, layers, true);
    }

    /** Computes the logits [N, classes] of features [N, F, H, W]. */
    public NDArray logits(NDArray features) {
        NDArray x = features.reshape(features.getShape().get(0), -1);
        for (int i = 0; i < kernels.size(); i++) {
            x = x.getNDArrayInternal().linear(x, kernels.get(i), biases.get(i)).singletonOrThrow();
            x = i < kernels.size() - 1 ? x.getNDArrayInternal().relu() : x;
        }
        return x;
    }

    /**
     * Computes a square root of the Fisher information of features [N, F, H, W], as rows [N·classes, F·H·W]. The outer
     * products of one feature's rows sum to Jᵀ(diag p − ppᵀ)J, where p is the posterior and J the derivative of the
     * logits by the feature.
     */
    public NDArray fisherRoots(NDArray features) {
        long count = features.getShape().get(0);
        List<NDArray> open = new ArrayList<>();
        NDArray x = features.reshape(count, -1);
        int last = kernels.size() - 1;
        for (int i = 0; i <= last; i++) {
            x = x.getNDArrayInternal().linear(x, kernels.get(i), biases.get(i)).singletonOrThrow();
            if (i < last) {
                open.add(x.gt(0).toType(DataType.FLOAT32, false));
                x = x.getNDArrayInternal().relu();
            }
        }
        // Rows √pᵢ · (eᵢ − p) for each class i.
        NDArray posterior = x.softmax(1);
        long classes = posterior.getShape().get(1);
        NDArray rows = features.getManager()
                .eye((int) classes)
                .reshape(1, classes, classes)
                .sub(posterior.reshape(count, 1, classes))
                .mul(posterior.sqrt().reshape(count, classes, 1))
                .reshape(count * classes, classes)
                .matMul(kernels.get(last));
        for (int i = last - 1; i >= 0; i--) {
            long hidden = rows.getShape().get(1);
            rows = rows.reshape(count, classes, hidden)
                    .mul(open.get(i).reshape(count, 1, hidden))
                    .reshape(count * classes, hidden)
                    .matMul(kernels.get(i));
        }
        return rows;
    }

    /** The layers with their current weights. */
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
