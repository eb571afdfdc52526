package io.featherwire.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.featherwire.bundler.export.Layer.Conv;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.trainer.network.Parameters.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The convolutional autoencoder of the paper: 1×1 F→F/2, 1×1 F/2→F/4, 3×3 F/4→F/4 without padding, and its mirror.
 *
 * <p>The decoder's transposed convolutions have stride 1 and are trained as the convolutions with padding kernel − 1 that they
 * equal. A ReLU follows every layer but the one that makes the code, also the last, since a feature is never negative. A feature
 * smaller than 3×3 (inputs below 96) gets a last encoder convolution of 1×1 instead, so that the code keeps its size.
 */
public final class Autoencoder implements AutoCloseable {
    private static final String DECODER = "decoder";

    /** Deviations from the mean down to which a channel that is lifted over a ReLU passes it. */
    private static final int LIFT = 4;

    /** The code's last channel in a linear code. The mean hangs on it: at 1, a drift by a half would double it or take it away. */
    public static final int CONSTANT = 16;

    private final TensorShape featureShape;
    private final TensorShape codeShape;
    private final Parameters parameters;
    private final List<Convolution> encoder = new ArrayList<>();
    private final List<Convolution> decoder = new ArrayList<>();

    /** With the paper's kernels. */
    public Autoencoder(NDManager manager, TensorShape featureShape, long seed) {
        this(manager, featureShape, kernel(featureShape), seed);
    }

    /** @param kernel side of the last encoder convolution, at most the feature's; as large, it leaves one position of all */
    public Autoencoder(NDManager manager, TensorShape featureShape, int kernel, long seed) {
        this.featureShape = featureShape;
        parameters = new Parameters(manager, seed);
        int f = featureShape.channels();
        int half = Math.max(1, f / 2);
        int quarter = Math.max(1, f / 4);
        codeShape = new TensorShape(quarter, featureShape.height() - kernel + 1, featureShape.width() - kernel + 1);
        encoder.add(Convolution.plain(parameters, "encoder1", f, half, 1, 0, true));
        encoder.add(Convolution.plain(parameters, "encoder2", half, quarter, 1, 0, true));
        encoder.add(Convolution.plain(parameters, "encoder3", quarter, quarter, kernel, 0, false));
        decoder.add(Convolution.plain(parameters, DECODER + 1, quarter, quarter, kernel, kernel - 1, true));
        decoder.add(Convolution.plain(parameters, DECODER + 2, quarter, half, 1, 0, true));
        decoder.add(Convolution.plain(parameters, DECODER + 3, half, f, 1, 0, true));
    }

    /** Side of the last encoder convolution for features of a shape: 3, or 1 where they are smaller than 3×3. */
    public static int kernel(TensorShape featureShape) {
        return featureShape.height() >= 3 && featureShape.width() >= 3 ? 3 : 1;
    }

    /** Features [N, F, H, W], divided by the scale of {@link #encoderWeights}, to codes [N, C, h, w]. */
    public NDArray encode(NDArray features) {
        return Vgg16.run(encoder, features, Mode.TRAINING);
    }

    /** Codes [N, C, h, w] to features [N, F, H, W], divided by the scale of {@link #decoderWeights}. */
    public NDArray decode(NDArray codes) {
        return Vgg16.run(decoder, codes, Mode.TRAINING);
    }

    /** Whether {@link #represent} can make it a linear code: where the last kernel covers the feature, and there are channels enough. */
    public boolean representsLinearCodes() {
        return codeShape.plane() == 1
                && codeShape.channels() > 1
                && featureShape.channels() / 2 >= 2 * codeShape.channels();
    }

    /**
     * Becomes a linear code, for features up to {@value #LIFT} deviations below their mean.
     *
     * <p>A ReLU is passed in two ways: as two halves, one of either sign, where there are twice as many channels, and else lifted above 0. The code's last
     * channel is always {@value #CONSTANT}: it carries the mean to the decoder, which has no bias of its own for each position.
     *
     * @param scale what features are divided by while training
     */
    public void represent(SeparableLinearCode code, double scale) {
        if (!representsLinearCodes()) {
            throw new IllegalStateException("an autoencoder of " + featureShape + " cannot represent a linear code");
        }
        int f = featureShape.channels();
        int k = codeShape.channels();
        int area = featureShape.plane();
        int coefficients = code.analysis().length / (k * area);
        float[] lift = lift(code, k, area);

        encoder.get(0).set(bothSigns(scaled(code.channelAnalysis(), scale), f / 2, f), new float[f / 2]);
        encoder.get(1).set(difference(k, f / 2), lift);
        float[] analysis = Arrays.copyOf(code.analysis(), k * k * area);
        float[] offset = new float[k];
        offset[k - 1] = CONSTANT;
        for (int r = 0; r < coefficients; r++) {
            double sum = 0;
            for (int i = 0; i < k * area; i++) {
                sum -= analysis[r * k * area + i] * (double) code.mean()[i];
            }
            offset[r] = (float) sum;
        }
        encoder.get(2).set(analysis, offset);
        encoder.get(2).centre(lift);

        // Decoders are trained as padded convolutions: each position sees the code through one tap, the last one first.
        float[] synthesis = new float[k * k * area];
        for (int c = 0; c < k; c++) {
            for (int p = 0; p < area; p++) {
                int tap = area - 1 - p;
                for (int r = 0; r < coefficients; r++) {
                    synthesis[(c * k + r) * area + tap] = code.synthesis()[(c * area + p) * coefficients + r];
                }
                synthesis[(c * k + k - 1) * area + tap] = code.mean()[c * area + p] / CONSTANT;
            }
        }
        decoder.get(0).set(synthesis, lift);
        decoder.get(1).set(bothSigns(identity(k), f / 2, k), new float[f / 2]);
        decoder.get(1).centre(lift);
        decoder.get(2)
                .set(
                        difference(scaled(code.channelSynthesis(), 1 / scale), f, k, f / 2),
                        scaled(code.channelOffset(), 1 / scale));
    }

    /** What lifts each of K channels of variance 1 above 0. */
    private static float[] lift(SeparableLinearCode code, int channels, int area) {
        float[] lift = new float[channels];
        for (int c = 0; c < channels; c++) {
            double mean = 0;
            for (int p = 0; p < area; p++) {
                mean += code.mean()[c * area + p] / area;
            }
            lift[c] = (float) Math.max(0, LIFT - mean);
        }
        return lift;
    }

    /** Rows, the same rows with the other sign, and rows of 0. */
    private static float[] bothSigns(float[] rows, int count, int length) {
        float[] both = Arrays.copyOf(rows, count * length);
        for (int i = 0; i < rows.length; i++) {
            both[rows.length + i] = -rows[i];
        }
        return both;
    }

    /** A matrix [rows, columns] to one [rows, length] that takes the difference of two halves first. */
    private static float[] difference(float[] matrix, int rows, int columns, int length) {
        float[] difference = new float[rows * length];
        for (int row = 0; row < rows; row++) {
            for (int c = 0; c < columns; c++) {
                difference[row * length + c] = matrix[row * columns + c];
                difference[row * length + columns + c] = -matrix[row * columns + c];
            }
        }
        return difference;
    }

    private static float[] difference(int size, int length) {
        return difference(identity(size), size, size, length);
    }

    private static float[] identity(int size) {
        float[] identity = new float[size * size];
        for (int i = 0; i < size; i++) {
            identity[i * size + i] = 1;
        }
        return identity;
    }

    private static float[] scaled(float[] values, double factor) {
        float[] scaled = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = (float) (values[i] * factor);
        }
        return scaled;
    }

    /**
     * Gives the code another basis; what it is decoded to stays the same.
     *
     * @param matrix [C, C] row by row: new channels from old
     * @param inverse [C, C] row by row: old channels from new
     */
    public void transformCode(float[] matrix, float[] inverse) {
        encoder.get(encoder.size() - 1).mixOutputs(matrix);
        decoder.get(0).mixInputs(inverse);
    }

    /** The encoder as exported; {@code scale} is what features were divided by while training. */
    public List<Conv> encoderWeights(double scale) {
        return List.of(
                encoder.get(0).exported(1 / scale, 1).withFineWeights(),
                encoder.get(1).exported(1, 1).withFineWeights(),
                encoder.get(2).exported(1, 1).withFineWeights());
    }

    /** The decoder as exported; {@code scale} is what features were divided by while training. */
    public List<Conv> decoderWeights(double scale) {
        return List.of(
                decoder.get(0).exported(1, 1).withFineWeights(),
                decoder.get(1).exported(1, 1).withFineWeights(),
                decoder.get(2).exported(scale, scale).withFineWeights());
    }

    public TensorShape featureShape() {
        return featureShape;
    }

    public TensorShape codeShape() {
        return codeShape;
    }

    public Parameters parameters() {
        return parameters;
    }

    /** The decoder's part of {@link #parameters()}. */
    public List<Weight> decoderParameters() {
        return parameters.weights().stream()
                .filter(weight -> weight.name().startsWith(DECODER))
                .toList();
    }

    @Override
    public void close() {
        parameters.close();
    }
}
