package io.featherwire.codec;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.bundle.Fingerprint;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.payload.PayloadException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The decoder side: classifies payloads, with one run of decoder and head per batch. Thread-safe. */
public final class PayloadClassifier implements AutoCloseable {

    /**
     * The options of a classifier.
     *
     * @param maxBatch the maximum number of codes in one graph run; larger batches run in parts
     * @param variant the graph variant, null for the bundle's default
     * @param onnx how the sessions use the machine
     */
    public record Options(int maxBatch, @Nullable String variant, OnnxOptions onnx) {

        public static final Options DEFAULT = new Options(32, null, OnnxOptions.DEFAULT);

        public Options {
            if (maxBatch < 1 || maxBatch > 4096) {
                throw new IllegalArgumentException("max batch is " + maxBatch + ", must be in 1..4096");
            }
            requireNonNull(onnx, "onnx");
        }

        public Options withMaxBatch(int other) {
            return new Options(other, variant, onnx);
        }

        public Options withVariant(@Nullable String other) {
            return new Options(maxBatch, other, onnx);
        }

        public Options withOnnx(OnnxOptions other) {
            return new Options(maxBatch, variant, other);
        }
    }

    private static final String FEATURE = "feature";
    private static final String LOGITS = "logits";

    private final Bundle bundle;
    private final FeatureDecoder decoder;
    private final OnnxModel head;
    private final int maxBatch;
    private final BatchRunner judging;

    private PayloadClassifier(Bundle bundle, FeatureDecoder decoder, OnnxModel head, int maxBatch)
            throws BundleException {
        BundleManifest manifest = bundle.manifest();
        this.bundle = bundle;
        this.decoder = decoder;
        this.head = head;
        this.maxBatch = maxBatch;
        this.judging = new BatchRunner(head, maxBatch, manifest.featureShape().values());
        BundleGraph.checkInput(bundle, head, FEATURE, manifest.featureShape().sides());
        BundleGraph.checkOutput(bundle, head, LOGITS, manifest.classes().size());
    }

    /** Opens the bundle's decoder and head. */
    public static PayloadClassifier open(Bundle bundle, Device device, Options options) throws BundleException {
        String file = requireNonNull(bundle.manifest().models(options.variant()).head());
        FeatureDecoder decoder =
                FeatureDecoder.open(bundle, device, options.variant(), options.maxBatch(), options.onnx());
        try {
            return BundleGraph.open(
                    bundle.file(file),
                    device,
                    options.onnx(),
                    head -> new PayloadClassifier(bundle, decoder, head, options.maxBatch()));
        } catch (BundleException | RuntimeException e) {
            decoder.close();
            throw e;
        }
    }

    public Bundle bundle() {
        return bundle;
    }

    /** Returns the fingerprint of the bundle whose payloads this classifier reads. */
    public Fingerprint fingerprint() {
        return bundle.fingerprint();
    }

    public int maxBatch() {
        return maxBatch;
    }

    /** Returns the class names by index. */
    public List<String> classes() {
        return bundle.manifest().classes();
    }

    /** Decodes a payload to a code [C, h, w]. */
    public float[] decode(byte[] payload) throws PayloadException {
        return decoder.decode(payload);
    }

    /** Classifies codes, in order. */
    public List<Prediction> classify(List<float[]> codes) {
        return classifyFeatures(reconstruct(codes));
    }

    /** Decodes codes to features [F, H, W], in order. */
    public List<float[]> reconstruct(List<float[]> codes) {
        return decoder.reconstruct(codes);
    }

    /** Classifies features, in order. For features straight from the backbone this is the uncompressed path. */
    public List<Prediction> classifyFeatures(List<float[]> features) {
        int classes = classes().size();
        return judging.run(features, LOGITS).stream()
                .map(logits -> Prediction.ofLogits(logits, 0, classes))
                .toList();
    }

    @Override
    public void close() {
        try (decoder) {
            head.close();
        }
    }
}
