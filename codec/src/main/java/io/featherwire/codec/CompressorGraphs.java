package io.featherwire.codec;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.onnx.OnnxOptions;
import org.jspecify.annotations.Nullable;

/**
 * The graphs that a compressor runs, opened together.
 *
 * @param network the graph from image to code and feature
 * @param decoderSide decoder and head, null if nothing is classified
 * @param fisher the Fisher graph, null if the bundle has none
 */
record CompressorGraphs(OnnxModel network, @Nullable PayloadClassifier decoderSide, @Nullable FisherDirections fisher)
        implements AutoCloseable {

    private static final String IMAGE = "image";
    static final String CODE = "code";
    static final String FEATURE = "feature";

    /**
     * Opens the graphs.
     *
     * @param options batch size, variant and session options of all graphs
     * @param classifies whether the decoder side is needed
     */
    static CompressorGraphs open(Bundle bundle, Device device, PayloadClassifier.Options options, boolean classifies)
            throws BundleException {
        OnnxModel network = openNetwork(bundle, device, options.variant(), options.onnx());
        PayloadClassifier decoderSide = null;
        try {
            decoderSide = classifies ? PayloadClassifier.open(bundle, device, options) : null;
            FisherDirections fisher = FisherDirections.open(bundle, device, options.maxBatch(), options.onnx())
                    .orElse(null);
            return new CompressorGraphs(network, decoderSide, fisher);
        } catch (BundleException | RuntimeException e) {
            new CompressorGraphs(network, decoderSide, null).close();
            throw e;
        }
    }

    private static OnnxModel openNetwork(Bundle bundle, Device device, @Nullable String variant, OnnxOptions onnx)
            throws BundleException {
        BundleManifest manifest = bundle.manifest();
        String file = requireNonNull(manifest.models(variant).compressor());
        return BundleGraph.open(bundle.file(file), device, onnx, network -> {
            int size = manifest.input().size();
            BundleGraph.checkInput(bundle, network, IMAGE, 3, size, size);
            BundleGraph.checkOutput(bundle, network, CODE, manifest.codeShape().sides());
            return network;
        });
    }

    @Override
    public void close() {
        try (network;
                fisher) {
            if (decoderSide != null) {
                decoderSide.close();
            }
        }
    }
}
