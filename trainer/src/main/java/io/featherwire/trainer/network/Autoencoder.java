package io.featherwire.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.trainer.export.Layer.Conv;
import io.featherwire.trainer.network.Parameters.Weight;
import java.util.ArrayList;
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

    private final TensorShape featureShape;
    private final TensorShape codeShape;
    private final Parameters parameters;
    private final List<Convolution> encoder = new ArrayList<>();
    private final List<Convolution> decoder = new ArrayList<>();

    public Autoencoder(NDManager manager, TensorShape featureShape, long seed) {
        this.featureShape = featureShape;
        parameters = new Parameters(manager, seed);
        int f = featureShape.channels();
        int half = Math.max(1, f / 2);
        int quarter = Math.max(1, f / 4);
        int kernel = kernel(featureShape);
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
        return Vgg16.run(encoder, features, Pass.TRAINING);
    }

    /** Codes [N, C, h, w] to features [N, F, H, W], divided by the scale of {@link #decoderWeights}. */
    public NDArray decode(NDArray codes) {
        return Vgg16.run(decoder, codes, Pass.TRAINING);
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
                encoder.get(0).exported(1 / scale, 1),
                encoder.get(1).exported(1, 1),
                encoder.get(2).exported(1, 1));
    }

    /** The decoder as exported; {@code scale} is what features were divided by while training. */
    public List<Conv> decoderWeights(double scale) {
        return List.of(
                decoder.get(0).exported(1, 1),
                decoder.get(1).exported(1, 1),
                decoder.get(2).exported(scale, scale));
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
