package io.featherwire.evaluation;

import io.featherwire.codec.CompressedBatch;
import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.image.RgbImage;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.payload.PayloadMode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compressor and classifier of one bundle, opened in the same way as in the streams. */
final class BundleRoundTrip implements AutoCloseable {

    private final FeatureCompressor compressor;
    private final PayloadClassifier classifier;

    private BundleRoundTrip(FeatureCompressor compressor, PayloadClassifier classifier) {
        this.compressor = compressor;
        this.classifier = classifier;
    }

    static BundleRoundTrip open(Bundle bundle, EvaluationOptions options) throws BundleException {
        Set<PayloadMode> modes = new HashSet<>(options.modes());
        modes.retainAll(bundle.codeFormat().modes());
        FeatureCompressor compressor = FeatureCompressor.open(
                bundle,
                options.device(),
                FeatureCompressor.Options.DEFAULT
                        .withMaxBatch(options.batch())
                        .withVariant(options.variant())
                        .withFurtherModes(modes)
                        .withFeatures(true)
                        .withOnnx(options.onnx()));
        try {
            return new BundleRoundTrip(
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
        return compressor.setup().bundle();
    }

    Device device() {
        return compressor.setup().device();
    }

    PayloadClassifier classifier() {
        return classifier;
    }

    RgbImage decode(EncodedImage image) throws ImageException {
        return compressor.setup().input().decode(image, pixels -> pixels);
    }

    /** Converts pixels to the network's input [3, S, S]. */
    float[] prepare(RgbImage image) {
        return compressor.setup().input().prepare(image);
    }

    /**
     * Compresses prepared images in the bundle's default mode and in the modes of the options. The result also holds
     * codes and features.
     */
    CompressedBatch compress(List<float[]> images) {
        return compressor.compress(images);
    }

    @Override
    public void close() {
        try (compressor) {
            classifier.close();
        }
    }
}
