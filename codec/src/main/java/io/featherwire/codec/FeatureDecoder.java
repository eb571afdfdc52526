package io.featherwire.codec;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decodes a bundle's payloads to features: entropy decoder, quantiser, decoder graph. Thread-safe. */
final class FeatureDecoder implements AutoCloseable {

    private static final String CODE = "code";
    private static final String FEATURE = "feature";

    private final Bundle bundle;
    private final PayloadCodec codec;
    private final OnnxModel model;
    private final BatchRunner runner;

    private FeatureDecoder(Bundle bundle, OnnxModel model, int maxBatch) throws BundleException {
        BundleManifest manifest = bundle.manifest();
        this.bundle = bundle;
        this.codec = bundle.payloadCodec();
        this.model = model;
        this.runner = new BatchRunner(model, maxBatch, manifest.codeShape().values());
        BundleGraph.checkInput(bundle, model, CODE, manifest.codeShape().sides());
        BundleGraph.checkOutput(bundle, model, FEATURE, manifest.featureShape().sides());
    }

    /** Opens the decoder graph of a variant; null means the bundle's default variant. */
    static FeatureDecoder open(Bundle bundle, Device device, @Nullable String variant, int maxBatch, OnnxOptions onnx)
            throws BundleException {
        String decoder = requireNonNull(bundle.manifest().models(variant).decoder());
        return BundleGraph.open(
                bundle.file(decoder), device, onnx, model -> new FeatureDecoder(bundle, model, maxBatch));
    }

    Bundle bundle() {
        return bundle;
    }

    /** Decodes a payload to a code [C, h, w]. */
    float[] decode(byte[] payload) throws PayloadException {
        return codec.decode(payload);
    }

    /** Decodes codes to features [F, H, W], in order. */
    List<float[]> reconstruct(List<float[]> codes) {
        return runner.run(codes, FEATURE);
    }

    @Override
    public void close() {
        model.close();
    }
}
