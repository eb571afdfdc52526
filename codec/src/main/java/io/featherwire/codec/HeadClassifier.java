package io.featherwire.codec;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.onnx.OnnxOptions;
import java.util.List;

/** A further head at work: features of its bundle to predictions. Thread-safe. */
public final class HeadClassifier implements AutoCloseable {

    private static final String FEATURE = "feature";
    private static final String LOGITS = "logits";

    private final Head head;
    private final OnnxModel model;
    private final BatchRunner runner;

    private HeadClassifier(Head head, Bundle bundle, OnnxModel model, int maxBatch) throws BundleException {
        this.head = head;
        this.model = model;
        this.runner = new BatchRunner(
                model, maxBatch, bundle.manifest().featureShape().values());
        GraphCheck.input(
                bundle, model, FEATURE, bundle.manifest().featureShape().sides());
        GraphCheck.output(bundle, model, LOGITS, head.manifest().classes().size());
    }

    /**
     * Opens a head's graph.
     *
     * @throws BundleException if it is a head of another bundle, or its graph is not what its manifest says
     */
    public static HeadClassifier open(Head head, Bundle bundle, Device device, int maxBatch, OnnxOptions onnx)
            throws BundleException {
        head.checkTrunk(bundle);
        OnnxModel model = OnnxModel.open(head.model(), device, onnx);
        try {
            return new HeadClassifier(head, bundle, model, maxBatch);
        } catch (BundleException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    public Head head() {
        return head;
    }

    /** Class names by index. */
    public List<String> classes() {
        return head.manifest().classes();
    }

    /** Features [F, H, W], as {@link PayloadClassifier#reconstruct} gives them, to predictions, in order. */
    public List<Prediction> classify(List<float[]> features) {
        int classes = classes().size();
        return runner.run(features, LOGITS).stream()
                .map(logits -> Prediction.ofLogits(logits, 0, classes))
                .toList();
    }

    @Override
    public void close() {
        model.close();
    }
}
