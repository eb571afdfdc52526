package io.featherwire.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.featherwire.bundler.export.ConvWeights;
import io.featherwire.bundler.export.DenseWeights;
import org.jspecify.annotations.Nullable;

/** A fully connected layer: hidden (normalisation, ReLU, dropout) or last (only a bias). */
final class Dense implements TrainableLayer {
    private final NDArray kernel;
    private final @Nullable NDArray bias;
    private final @Nullable BatchNormalisation norm;
    private final float dropout;

    private Dense(NDArray kernel, @Nullable NDArray bias, @Nullable BatchNormalisation norm, float dropout) {
        this.kernel = kernel;
        this.bias = bias;
        this.norm = norm;
        this.dropout = dropout;
    }

    static Dense hidden(Parameters parameters, String name, int in, int out, float dropout) {
        NDArray kernel = parameters.addKernel(name + ".weight", new Shape(out, in), 2, true);
        return new Dense(kernel, null, new BatchNormalisation(parameters, name, out), dropout);
    }

    static Dense last(Parameters parameters, String name, int in, int out) {
        NDArray kernel = parameters.addKernel(name + ".weight", new Shape(out, in), 1, false);
        return new Dense(kernel, parameters.addVector(name + ".bias", out, 0), null, 0);
    }

    @Override
    public NDArray forward(NDArray input, Mode mode) {
        NDArray output = multiply(input);
        if (norm == null) {
            return output;
        }
        output = norm.forward(output, mode).getNDArrayInternal().relu();
        return mode.isTraining() && dropout > 0
                ? output.getNDArrayInternal().dropout(output, dropout, true).singletonOrThrow()
                : output;
    }

    private NDArray multiply(NDArray input) {
        return input.getNDArrayInternal().linear(input, kernel, bias).singletonOrThrow();
    }

    /**
     * Sets the weights so that this layer computes the same function as the folded one, and returns its output. The
     * statistics are measured on {@code input}.
     */
    NDArray setFolded(DenseWeights folded, NDArray input) {
        Parameters.overwrite("the kernel", kernel, folded.weight());
        if (norm != null) {
            norm.setFolded(multiply(input), folded.bias());
        } else if (bias != null) {
            Parameters.overwrite("the bias", bias, folded.bias());
        }
        return forward(input, Mode.INFERENCE);
    }

    /** The weights of an equivalent layer, whose matrix and bias include the normalisation. */
    DenseWeights toWeights() {
        int out = (int) kernel.getShape().get(0);
        int in = (int) kernel.getShape().get(1);
        float[] own = bias == null ? new float[out] : bias.toFloatArray();
        if (norm == null) {
            return new DenseWeights(out, in, kernel.toFloatArray(), own);
        }
        ConvWeights folded = norm.toBatchNorm().fold(new ConvWeights(out, in, 1, kernel.toFloatArray(), own));
        return new DenseWeights(out, in, folded.weight(), folded.bias());
    }
}
