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
 * The convolutional autoencoder of the paper. The encoder has the convolutions 1×1 F→F/2, 1×1 F/2→F/4 and 3×3 F/4→F/4
 * without padding. The decoder mirrors the encoder.
 *
 * <p>The decoder's transposed convolutions have stride 1 and are trained as the equivalent convolutions with padding
 * kernel − 1. A ReLU follows every layer except the one that computes the code; it also follows the last layer, because
 * a feature is never negative. For a feature smaller than 3×3 (inputs below 96 pixels), the last encoder convolution is
 * 1×1, so that the code keeps the feature's size.
 */
public final class Autoencoder implements AutoCloseable {
    private static final String DECODER = "decoder";

    /** A lifted channel passes a ReLU unchanged down to this number of standard deviations below its mean. */
    private static final int LIFT = 4;

    /**
     * The value of the last channel of a linear code. The decoder multiplies the mean by this channel. With a value of
     * 1, a drift by 0.5 would round to 0 or 2 and so remove or double the mean.
     */
    public static final int CONSTANT = 16;

    private final TensorShape featureShape;
    private final TensorShape codeShape;
    private final Parameters parameters;
    private final List<Convolution> encoder = new ArrayList<>();
    private final List<Convolution> decoder = new ArrayList<>();

    /**
     * Makes an autoencoder.
     *
     * @param kernel side of the last encoder convolution, at most the feature's side; if equal, the code has one
     *     position
     */
    public Autoencoder(NDManager manager, TensorShape featureShape, int kernel, long seed) {
        this.featureShape = featureShape;
        parameters = new Parameters(manager, seed);
        int f = featureShape.channels();
        int half = Math.max(1, f / 2);
        int quarter = Math.max(1, f / 4);
        codeShape = new TensorShape(quarter, featureShape.height() - kernel + 1, featureShape.width() - kernel + 1);
        encoder.add(Convolution.withBias(parameters, "encoder1", f, half, 1, 0, true));
        encoder.add(Convolution.withBias(parameters, "encoder2", half, quarter, 1, 0, true));
        encoder.add(Convolution.withBias(parameters, "encoder3", quarter, quarter, kernel, 0, false));
        decoder.add(Convolution.withBias(parameters, DECODER + 1, quarter, quarter, kernel, kernel - 1, true));
        decoder.add(Convolution.withBias(parameters, DECODER + 2, quarter, half, 1, 0, true));
        decoder.add(Convolution.withBias(parameters, DECODER + 3, half, f, 1, 0, true));
    }

    /** The side of the last encoder convolution: 3, or 1 for features smaller than 3×3. */
    public static int kernelSize(TensorShape featureShape) {
        return featureShape.height() >= 3 && featureShape.width() >= 3 ? 3 : 1;
    }

    /**
     * Encodes features [N, F, H, W], which are divided by the scale of {@link #encoderWeights}, to codes [N, C, h, w].
     */
    public NDArray encode(NDArray features) {
        return Vgg16.run(encoder, features, Mode.TRAINING);
    }

    /**
     * Decodes codes [N, C, h, w] to features [N, F, H, W], which are divided by the scale of {@link #decoderWeights}.
     */
    public NDArray decode(NDArray codes) {
        return Vgg16.run(decoder, codes, Mode.TRAINING);
    }

    /**
     * Whether {@link #setLinearCode} is possible: the last kernel covers the whole feature, and there are enough channels.
     */
    public boolean canRepresentLinearCode() {
        return codeShape.plane() == 1
                && codeShape.channels() > 1
                && featureShape.channels() / 2 >= 2 * codeShape.channels();
    }

    /**
     * Sets the weights to a linear code. The code is exact for channels down to {@value #LIFT} standard deviations
     * below their mean.
     *
     * <p>A value passes a ReLU in one of two ways: as two channels of opposite sign if there are twice as many
     * channels, else lifted above 0. The code's last channel is always {@value #CONSTANT}. It carries the mean to the
     * decoder, which has no bias for each position.
     *
     * @param scale divisor of the features during training
     */
    public void setLinearCode(SeparableLinearCode code, double scale) {
        if (!canRepresentLinearCode()) {
            throw new IllegalStateException("an autoencoder of " + featureShape + " cannot represent a linear code");
        }
        int f = featureShape.channels();
        int k = codeShape.channels();
        int area = featureShape.plane();
        int coefficients = code.analysis().length / (k * area);
        float[] lift = liftOffsets(code, k, area);

        encoder.get(0).set(bothSigns(Convolution.scale(code.channelAnalysis(), scale), f / 2, f), new float[f / 2]);
        encoder.get(1).set(difference(identity(k), k, k, f / 2), lift);
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
        encoder.get(2).setCentre(lift);

        // The decoder is trained as a padded convolution: each output position sees the code through one tap, in
        // reverse order.
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
        decoder.get(1).setCentre(lift);
        decoder.get(2)
                .set(
                        difference(Convolution.scale(code.channelSynthesis(), 1 / scale), f, k, f / 2),
                        Convolution.scale(code.channelOffset(), 1 / scale));
    }

    /** The offset that lifts each of K channels of variance 1 above 0. */
    private static float[] liftOffsets(SeparableLinearCode code, int channels, int area) {
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

    /** Stacks the rows, the negated rows, and rows of zeros up to {@code count} rows. */
    private static float[] bothSigns(float[] rows, int count, int length) {
        float[] both = Arrays.copyOf(rows, count * length);
        for (int i = 0; i < rows.length; i++) {
            both[rows.length + i] = -rows[i];
        }
        return both;
    }

    /**
     * Extends a matrix [rows, columns] to [rows, length]. The new matrix multiplies the difference between the first
     * and the second {@code columns} inputs.
     */
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

    private static float[] identity(int size) {
        float[] identity = new float[size * size];
        for (int i = 0; i < size; i++) {
            identity[i * size + i] = 1;
        }
        return identity;
    }

    /**
     * Transforms the code to another basis. The decoded feature does not change.
     *
     * @param matrix matrix [C, C], row by row, from old to new channels
     * @param inverse matrix [C, C], row by row, from new to old channels
     */
    public void transformCode(float[] matrix, float[] inverse) {
        encoder.get(encoder.size() - 1).transformOutputs(matrix);
        decoder.get(0).transformInputs(inverse);
    }

    /** The exported encoder. {@code scale} is the divisor of the features during training. */
    public List<Conv> encoderWeights(double scale) {
        return List.of(
                encoder.get(0).toConv(1 / scale, 1).withFineWeights(),
                encoder.get(1).toConv(1, 1).withFineWeights(),
                encoder.get(2).toConv(1, 1).withFineWeights());
    }

    /** The exported decoder. {@code scale} is the divisor of the features during training. */
    public List<Conv> decoderWeights(double scale) {
        return List.of(
                decoder.get(0).toConv(1, 1).withFineWeights(),
                decoder.get(1).toConv(1, 1).withFineWeights(),
                decoder.get(2).toConv(scale, scale).withFineWeights());
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
