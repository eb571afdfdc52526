package io.featherwire.trainer.network;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.featherwire.bundler.export.ConvWeights;
import io.featherwire.bundler.export.Layer.Conv;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A convolution of stride 1 with batch normalisation or a bias, and optionally a ReLU. */
final class Convolution implements TrainableLayer {
    private static final Shape ONE = new Shape(1, 1);

    private final NDArray kernel;
    private final @Nullable NDArray bias;
    private final @Nullable BatchNormalisation norm;
    private final int padding;
    private final boolean relu;
    private @Nullable NDArray centre;

    private Convolution(
            NDArray kernel, @Nullable NDArray bias, @Nullable BatchNormalisation norm, int padding, boolean relu) {
        this.kernel = kernel;
        this.bias = bias;
        this.norm = norm;
        this.padding = padding;
        this.relu = relu;
    }

    /** Makes a convolution of VGG16: 3×3, padding 1, batch normalisation, ReLU. */
    static Convolution withNormalisation(Parameters parameters, String name, int in, int out) {
        NDArray kernel = parameters.addKernel(name + ".weight", new Shape(out, in, 3, 3), 2, true);
        return new Convolution(kernel, null, new BatchNormalisation(parameters, name, out), 1, true);
    }

    /** Makes a convolution with a bias, as in the autoencoder. */
    static Convolution withBias(
            Parameters parameters, String name, int in, int out, int size, int padding, boolean relu) {
        NDArray kernel = parameters.addKernel(name + ".weight", new Shape(out, in, size, size), relu ? 2 : 1, false);
        return new Convolution(kernel, parameters.addVector(name + ".bias", out, 0), null, padding, relu);
    }

    @Override
    public NDArray forward(NDArray input, Mode mode) {
        NDArray output = convolve(centre == null ? input : input.sub(centre));
        if (norm != null) {
            output = norm.forward(output, mode);
        }
        if (!relu) {
            return output;
        }
        // The gradient of a ReLU needs only its output. Closing the input saves a third of a step's memory.
        NDArray activated = output.getNDArrayInternal().relu();
        output.close();
        return activated;
    }

    private NDArray convolve(NDArray input) {
        Shape shape = kernel.getShape();
        if (input.getShape().get(2) == 1
                && input.getShape().get(3) == 1
                && padding > 0
                && padding == shape.get(2) - 1) {
            return convolveSinglePosition(input, shape.get(0), shape.get(2));
        }
        if (padding == 0
                && shape.get(2) > 1
                && shape.get(2) == input.getShape().get(2)
                && shape.get(3) == input.getShape().get(3)) {
            return convolveWholeInput(input, shape.get(0));
        }
        return input.getNDArrayInternal()
                .convolution(input, kernel, bias, ONE, new Shape(padding, padding), ONE, 1)
                .singletonOrThrow();
    }

    /**
     * Convolves an input of one position as a matrix product with one tap for each output position. A padded
     * convolution would cost a multiple.
     */
    private NDArray convolveSinglePosition(NDArray input, long out, long size) {
        NDArray taps = Parameters.local(kernel, input.getManager())
                .flip(2, 3)
                .transpose(1, 0, 2, 3)
                .reshape(-1, out * size * size);
        NDArray sums = input.reshape(input.getShape().get(0), -1).matMul(taps).reshape(-1, out, size, size);
        return bias == null
                ? sums
                : sums.add(Parameters.local(bias, input.getManager()).reshape(1, out, 1, 1));
    }

    /**
     * Convolves with a kernel as large as the input, as a matrix product. For batches larger than one, PyTorch 2.7's
     * own convolution is wrong in this case on some CPUs, by some tenths.
     */
    private NDArray convolveWholeInput(NDArray input, long out) {
        NDArray taps =
                Parameters.local(kernel, input.getManager()).reshape(out, -1).transpose();
        NDArray sums = input.reshape(input.getShape().get(0), -1).matMul(taps);
        NDArray shifted = bias == null
                ? sums
                : sums.add(Parameters.local(bias, input.getManager()).reshape(1, out));
        return shifted.reshape(-1, out, 1, 1);
    }

    /**
     * Sets kernel and normalisation so that this layer computes the same function as the folded one, and returns its
     * output. The statistics are measured on {@code input}.
     */
    NDArray setFolded(ConvWeights folded, NDArray input) {
        BatchNormalisation own = requireNonNull(norm, "a convolution without normalisation has nothing to fold");
        Parameters.overwrite("the kernel", kernel, folded.weight());
        own.setFolded(convolve(input), folded.bias());
        return forward(input, Mode.INFERENCE);
    }

    /** Overwrites the weights: kernel [out, in, size, size] and bias [out]. */
    void set(float[] newKernel, float[] newBias) {
        Parameters.overwrite("the kernel", kernel, newKernel);
        Parameters.overwrite("the bias", requireNonNull(bias, "a convolution without a bias"), newBias);
    }

    /**
     * Subtracts constants [in] from the input, before padding. The constants are not trained. Without them, inputs far
     * from 0 would let a small step of all weights move the outputs far. On export the constants become a part of the
     * bias.
     */
    void setCentre(float[] numbers) {
        centre = kernel.getManager().create(numbers, new Shape(1, numbers.length, 1, 1));
    }

    /**
     * Replaces the outputs by linear combinations of the outputs.
     *
     * @param matrix matrix [out, out], row by row, from old to new outputs
     */
    void transformOutputs(float[] matrix) {
        NDArray offsets = requireNonNull(bias, "a convolution without a bias");
        int out = (int) offsets.size();
        set(product(matrix, kernel.toFloatArray(), out), product(matrix, offsets.toFloatArray(), out));
    }

    /**
     * Adapts the kernel to transformed inputs, so that the outputs do not change.
     *
     * @param inverse matrix [in, in], row by row, from new to old inputs
     */
    void transformInputs(float[] inverse) {
        ConvWeights w = fold();
        int area = w.kernel() * w.kernel();
        float[] transposed = new float[inverse.length];
        for (int i = 0; i < w.in(); i++) {
            for (int j = 0; j < w.in(); j++) {
                transposed[j * w.in() + i] = inverse[i * w.in() + j];
            }
        }
        float[] mixed = new float[w.weight().length];
        int each = w.in() * area;
        for (int o = 0; o < w.out(); o++) {
            float[] old = Arrays.copyOfRange(w.weight(), o * each, (o + 1) * each);
            System.arraycopy(product(transposed, old, w.in()), 0, mixed, o * each, each);
        }
        Parameters.overwrite("the kernel", kernel, mixed);
    }

    /** The product of matrices [n, n] and [n, m], both row by row. */
    private static float[] product(float[] matrix, float[] values, int n) {
        int m = values.length / n;
        float[] product = new float[values.length];
        double[] row = new double[m];
        for (int i = 0; i < n; i++) {
            Arrays.fill(row, 0);
            for (int j = 0; j < n; j++) {
                double factor = matrix[i * n + j];
                for (int k = 0; k < m; k++) {
                    row[k] += factor * values[j * m + k];
                }
            }
            for (int k = 0; k < m; k++) {
                product[i * m + k] = (float) row[k];
            }
        }
        return product;
    }

    /** The weights of an equivalent layer, whose kernel and bias include normalisation and the subtracted centre. */
    ConvWeights fold() {
        Shape shape = kernel.getShape();
        int out = (int) shape.get(0);
        float[] values = kernel.toFloatArray();
        float[] offsets = bias == null ? new float[out] : bias.toFloatArray();
        if (centre != null) {
            foldConstants(values, offsets, centre.toFloatArray());
        }
        ConvWeights weights = new ConvWeights(out, (int) shape.get(1), (int) shape.get(2), values, offsets);
        return norm == null ? weights : norm.toBatchNorm().fold(weights);
    }

    private static void foldConstants(float[] kernel, float[] bias, float[] centre) {
        int each = kernel.length / bias.length;
        int area = each / centre.length;
        for (int o = 0; o < bias.length; o++) {
            double sum = 0;
            for (int i = 0; i < each; i++) {
                sum += (double) kernel[o * each + i] * centre[i / area];
            }
            bias[o] -= (float) sum;
        }
    }

    /** The exported layer, with kernel and bias multiplied by factors. */
    Conv toConv(double kernelFactor, double biasFactor) {
        ConvWeights w = fold();
        return new Conv(
                new ConvWeights(
                        w.out(), w.in(), w.kernel(), scale(w.weight(), kernelFactor), scale(w.bias(), biasFactor)),
                padding,
                relu);
    }

    static float[] scale(float[] values, double factor) {
        float[] scaled = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = (float) (values[i] * factor);
        }
        return scaled;
    }
}
