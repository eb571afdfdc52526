package io.featherwire.codec;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.payload.AnswerWeight;
import java.util.List;
import java.util.Optional;

/** In which directions an error of an image's code changes the network's own answer, by the bundle's graph. Thread-safe. */
public final class AnswerDirections implements AutoCloseable {

    private static final String CODE = "code";
    private static final String FEATURE = "feature";
    private static final String DIRECTIONS = "directions";

    private final OnnxModel model;
    private final BatchRunner runner;
    private final boolean ofCodes;

    private AnswerDirections(Bundle bundle, AnswerWeight answer, OnnxModel model, int maxBatch) throws BundleException {
        BundleManifest manifest = bundle.manifest();
        this.model = model;
        this.ofCodes = model.inputName().equals(CODE);
        int values = (ofCodes ? manifest.codeShape() : manifest.featureShape()).values();
        this.runner = new BatchRunner(model, maxBatch, values);
        BundleGraph.input(
                bundle,
                model,
                ofCodes ? CODE : FEATURE,
                (ofCodes ? manifest.codeShape() : manifest.featureShape()).sides());
        long[] output = model.outputShape(DIRECTIONS);
        int directed = answer.directed(manifest.codeShape().values());
        if (output.length != 3
                || output[1] != directed + 1
                || directed > manifest.codeShape().values()) {
            throw new BundleException("the graph of the answer of bundle " + bundle + " does not give directions of "
                    + directed + " values of codes " + manifest.codeShape());
        }
    }

    /** Opens the bundle's graph; nothing where it has none. */
    public static Optional<AnswerDirections> open(Bundle bundle, Device device, int maxBatch, OnnxOptions onnx)
            throws BundleException {
        AnswerWeight answer = bundle.manifest().quantisers().answer();
        if (answer == null) {
            return Optional.empty();
        }
        return Optional.of(BundleGraph.open(
                bundle.file(answer.graph()),
                device,
                onnx,
                model -> new AnswerDirections(bundle, answer, model, maxBatch)));
    }

    /**
     * Directions by image, [values that have directions and one more, classes] each, see {@link AnswerWeight}.
     *
     * @param codes exact
     * @param features of the same images
     */
    public List<float[]> of(List<float[]> codes, List<float[]> features) {
        return runner.run(ofCodes ? codes : features, DIRECTIONS);
    }

    /** Whether the features are asked for, not only the codes. */
    public boolean needsFeatures() {
        return !ofCodes;
    }

    @Override
    public void close() {
        model.close();
    }
}
