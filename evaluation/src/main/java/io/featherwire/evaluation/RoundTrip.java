package io.featherwire.evaluation;

import io.featherwire.codec.CompressedBatch;
import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageDecoder;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.image.RgbImage;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.payload.PayloadMode;
import java.util.List;

/** Compressor and classifier of one bundle, opened the same way as in the streams. */
final class RoundTrip implements AutoCloseable {

    private final FeatureCompressor compressor;
    private final PayloadClassifier classifier;
    private final ImageDecoder decoder;

    private RoundTrip(FeatureCompressor compressor, PayloadClassifier classifier) {
        this.compressor = compressor;
        this.classifier = classifier;
        this.decoder = new ImageDecoder(
                ImageLimits.DEFAULT, compressor.bundle().manifest().input().upright());
    }

    static RoundTrip open(Bundle bundle, EvaluationOptions options) throws BundleException {
        FeatureCompressor compressor = FeatureCompressor.open(
                bundle,
                options.device(),
                FeatureCompressor.Options.DEFAULT
                        .withMaxBatch(options.batch())
                        .withVariant(options.variant())
                        .withOnnx(options.onnx()));
        try {
            return new RoundTrip(
                    compressor,
                    PayloadClassifier.open(
                            bundle,
                            options.device(),
                            PayloadClassifier.Options.DEFAULT
                                    .withMaxBatch(options.batch())
                                    .withVariant(options.variant())
                                    .withOnnx(options.onnx())));
        } catch (BundleException | RuntimeException e) {
            compressor.close();
            throw e;
        }
    }

    Bundle bundle() {
        return compressor.bundle();
    }

    Device device() {
        return compressor.device();
    }

    PayloadClassifier classifier() {
        return classifier;
    }

    RgbImage decode(EncodedImage image) throws ImageException {
        return decoder.decode(image);
    }

    /** Converts pixels to network input [3, S, S]. */
    float[] prepare(RgbImage image) throws ImageException {
        return compressor.prepare(new EncodedImage(ImageEncoding.RGB8, image.width(), image.height(), image.rgb()));
    }

    /** Payloads in any mode of the bundle. */
    List<byte[]> encode(CompressedBatch batch, PayloadMode mode) {
        return compressor.encode(batch, mode);
    }

    /** Payloads in the bundle's default mode, codes and features of prepared images. */
    CompressedBatch compress(List<float[]> images) {
        return compressor.compress(images, true);
    }

    @Override
    public void close() {
        try (compressor) {
            classifier.close();
        }
    }
}
