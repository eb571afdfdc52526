package io.featherwire.codec;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.payload.FisherWeight;
import java.util.List;
import java.util.Optional;

/**
 * Computes, by the bundle's Fisher graph, the directions in which an error of a code changes the network's own
 * prediction. Thread-safe.
 */
public final class FisherDirections implements AutoCloseable {

    private static final String CODE = "code";
    private static final String FEATURE = "feature";
    private static final String DIRECTIONS = "directions";

    private final OnnxModel model;
    private final BatchRunner runner;
    private final boolean ofCodes;

    private FisherDirections(Bundle bundle, FisherWeight fisher, OnnxModel model, int maxBatch) throws BundleException {
        BundleManifest manifest = bundle.manifest();
        this.model = model;
        this.ofCodes = model.inputName().equals(CODE);
        int values = (ofCodes ? manifest.codeShape() : manifest.featureShape()).values();
        this.runner = new BatchRunner(model, maxBatch, values);
        BundleGraph.checkInput(
                bundle,
                model,
                ofCodes ? CODE : FEATURE,
                (ofCodes ? manifest.codeShape() : manifest.featureShape()).sides());
        long[] output = model.outputShape(DIRECTIONS);
        int directed = fisher.directedValues(manifest.codeShape().values());
        if (output.length != 3
                || output[1] != directed + 1
                || directed > manifest.codeShape().values()) {
            throw new BundleException("the Fisher graph of bundle " + bundle + " does not give directions of "
                    + directed + " values of codes " + manifest.codeShape());
        }
    }

    /** Opens the bundle's Fisher graph; returns empty if the bundle has none. */
    public static Optional<FisherDirections> open(Bundle bundle, Device device, int maxBatch, OnnxOptions onnx)
            throws BundleException {
        FisherWeight fisher = bundle.manifest().quantisers().fisher();
        if (fisher == null) {
            return Optional.empty();
        }
        return Optional.of(BundleGraph.open(
                bundle.file(fisher.graph()),
                device,
                onnx,
                model -> new FisherDirections(bundle, fisher, model, maxBatch)));
    }

    /**
     * Returns the directions of each image, [directed values + 1, classes] each; see {@link FisherWeight}.
     *
     * @param codes the codes before quantisation
     * @param features the features of the same images
     */
    public List<float[]> compute(List<float[]> codes, List<float[]> features) {
        return runner.run(ofCodes ? codes : features, DIRECTIONS);
    }

    /** Returns whether the graph reads features; otherwise it reads codes. */
    public boolean needsFeatures() {
        return !ofCodes;
    }

    @Override
    public void close() {
        model.close();
    }
}
