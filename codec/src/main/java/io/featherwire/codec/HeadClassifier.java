package io.featherwire.codec;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.bundle.HeadKind;
import io.featherwire.codec.bundle.HeadManifest;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.onnx.OnnxOptions;
import java.util.List;

/** Runs a further head: predicts from features of the head's bundle. Thread-safe. */
public final class HeadClassifier implements AutoCloseable {

    private static final String FEATURE = "feature";

    private final Head head;
    private final OnnxModel model;
    private final BatchRunner runner;

    private HeadClassifier(Head head, Bundle bundle, OnnxModel model, int maxBatch) throws BundleException {
        this.head = head;
        this.model = model;
        this.runner = new BatchRunner(
                model, maxBatch, bundle.manifest().featureShape().values());
        BundleGraph.checkInput(
                bundle, model, FEATURE, bundle.manifest().featureShape().sides());
        BundleGraph.checkOutput(
                bundle,
                model,
                head.manifest().kind().outputName(),
                head.manifest().values());
    }

    /**
     * Opens a head's graph.
     *
     * @throws BundleException if the head belongs to another bundle, or its graph does not match its manifest
     */
    public static HeadClassifier open(Head head, Bundle bundle, Device device, int maxBatch, OnnxOptions onnx)
            throws BundleException {
        head.checkBundle(bundle);
        return BundleGraph.open(head.model(), device, onnx, model -> new HeadClassifier(head, bundle, model, maxBatch));
    }

    public Head head() {
        return head;
    }

    /** Returns the class names by index; for a regression, the names of its quantities. */
    public List<String> classes() {
        return head.manifest().classes();
    }

    /** Predicts from features [F, H, W] as {@link PayloadClassifier#reconstruct} returns them, in order. */
    public List<HeadPrediction> predict(List<float[]> features) {
        HeadManifest manifest = head.manifest();
        return runner.run(features, manifest.kind().outputName()).stream()
                .map(raw -> HeadPrediction.of(manifest, raw))
                .toList();
    }

    /**
     * Classifies features [F, H, W] by a head of kind {@link HeadKind#CLASSIFICATION}, in order.
     *
     * @throws IllegalStateException if the head is of another kind
     */
    public List<Prediction> classify(List<float[]> features) {
        if (head.manifest().kind() != HeadKind.CLASSIFICATION) {
            throw new IllegalStateException(
                    "head " + head + " is of kind " + head.manifest().kind().text());
        }
        return predict(features).stream()
                .map(prediction -> new Prediction(prediction.present().get(0), prediction.values()))
                .toList();
    }

    @Override
    public void close() {
        model.close();
    }
}
