package io.featherwire.trainer.network;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.featherwire.trainer.export.ConvWeights;
import io.featherwire.trainer.export.Layer.Conv;
import org.jspecify.annotations.Nullable;

/** A convolution of stride 1, with batch normalisation or a bias, and with or without a ReLU after it. */
public final class Convolution implements Layer {
    private static final Shape ONE = new Shape(1, 1);

    private final NDArray kernel;
    private final @Nullable NDArray bias;
    private final @Nullable Norm norm;
    private final int padding;
    private final boolean relu;

    private Convolution(NDArray kernel, @Nullable NDArray bias, @Nullable Norm norm, int padding, boolean relu) {
        this.kernel = kernel;
        this.bias = bias;
        this.norm = norm;
        this.padding = padding;
        this.relu = relu;
    }

    /** VGG's unit: 3×3, padding 1, normalised, ReLU. */
    static Convolution normalised(Parameters parameters, String name, int in, int out) {
        NDArray kernel = parameters.kernel(name + ".weight", new Shape(out, in, 3, 3), 2, true);
        return new Convolution(kernel, null, new Norm(parameters, name, out), 1, true);
    }

    /** A convolution with a bias, as in the autoencoder. */
    static Convolution plain(Parameters parameters, String name, int in, int out, int size, int padding, boolean relu) {
        NDArray kernel = parameters.kernel(name + ".weight", new Shape(out, in, size, size), relu ? 2 : 1, false);
        return new Convolution(kernel, parameters.vector(name + ".bias", out, 0), null, padding, relu);
    }

    @Override
    public NDArray forward(NDArray input, Pass pass) {
        NDArray output = convolved(input);
        if (norm != null) {
            output = norm.forward(output, pass);
        }
        if (!relu) {
            return output;
        }
        // The gradient of a ReLU needs its result only: what goes in is a third of a step's memory.
        NDArray activated = output.getNDArrayInternal().relu();
        output.close();
        return activated;
    }

    private NDArray convolved(NDArray input) {
        return input.getNDArrayInternal()
                .convolution(input, kernel, bias, ONE, new Shape(padding, padding), ONE, 1)
                .singletonOrThrow();
    }

    /** Becomes a normalised unit that computes what the folded one does; {@code input} is what it will be given. */
    NDArray adopt(ConvWeights folded, NDArray input) {
        Norm own = requireNonNull(norm, "a convolution without normalisation has nothing to fold");
        Parameters.overwrite("the kernel", kernel, folded.weight());
        own.adopt(convolved(input), folded.bias());
        return forward(input, Pass.INFERENCE);
    }

    /** The same function with a bias and without normalisation. */
    ConvWeights folded() {
        Shape shape = kernel.getShape();
        int out = (int) shape.get(0);
        ConvWeights weights = new ConvWeights(
                out,
                (int) shape.get(1),
                (int) shape.get(2),
                kernel.toFloatArray(),
                bias == null ? new float[out] : bias.toFloatArray());
        return norm == null ? weights : norm.exported().fold(weights);
    }

    /** The layer as exported, kernel and bias multiplied by factors. */
    Conv exported(double kernelFactor, double biasFactor) {
        ConvWeights w = folded();
        return new Conv(
                new ConvWeights(
                        w.out(), w.in(), w.kernel(), scaled(w.weight(), kernelFactor), scaled(w.bias(), biasFactor)),
                padding,
                relu);
    }

    private static float[] scaled(float[] values, double factor) {
        float[] scaled = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = (float) (values[i] * factor);
        }
        return scaled;
    }
}
