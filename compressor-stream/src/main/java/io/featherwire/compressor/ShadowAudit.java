package io.featherwire.compressor;

import io.featherwire.codec.HeadClassifier;
import io.featherwire.codec.Prediction;
import io.featherwire.codec.onnx.OnnxException;
import io.featherwire.schemas.audit.HeadResults;
import io.featherwire.schemas.audit.UncompressedResult;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The shadow audit: the predictions of the uncompressed path for a share of the frames. The compressor computes the
 * prediction of the bundle's own head; this class computes those of further heads. The ids of a frame decide whether it
 * is audited, so that a replay audits the same frames.
 */
final class ShadowAudit implements AutoCloseable {

    private static final int STEPS = 1 << 20;

    private final int threshold;
    private final List<HeadClassifier> further;

    private ShadowAudit(double share, List<HeadClassifier> further) {
        this.threshold = (int) Math.round(share * STEPS);
        this.further = List.copyOf(further);
    }

    static ShadowAudit none() {
        return new ShadowAudit(0, List.of());
    }

    /**
     * @param share the share of the frames that is audited, 0..1
     * @param further further classification heads of the same bundle; closed with this object
     */
    static ShadowAudit of(double share, List<HeadClassifier> further) {
        return new ShadowAudit(share, further);
    }

    boolean isAudited(String sensorId, String frameId) {
        int hash = 31 * sensorId.hashCode() + frameId.hashCode();
        // Consecutive ids have consecutive hash codes; the finaliser of MurmurHash3 distributes them over all bits.
        hash = (hash ^ hash >>> 16) * 0x85ebca6b;
        hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
        return ((hash ^ hash >>> 16) & STEPS - 1) < threshold;
    }

    /**
     * The results of the audited frames, in order.
     *
     * @param predictions the own head's predictions on the uncompressed path
     * @param features the features, [F, H, W] each; the input of the further heads
     * @param imageBytes the sizes of the encoded images, in bytes
     */
    List<AuditResult> auditResults(List<Prediction> predictions, List<float[]> features, List<Integer> imageBytes) {
        return IntStream.range(0, predictions.size())
                .mapToObj(i -> new AuditResult(
                        new UncompressedResult(
                                predictions.get(i).classIndex(),
                                predictions.get(i).probability(),
                                imageBytes.get(i)),
                        classifyByFurtherHeads(features.get(i))))
                .toList();
    }

    /** The predictions of the further heads. A head that fails on the feature has none. */
    private HeadResults classifyByFurtherHeads(float[] feature) {
        Map<String, Integer> classes = new TreeMap<>();
        for (HeadClassifier one : further) {
            try {
                classes.put(
                        one.head().fingerprint().hex(),
                        one.classify(List.of(feature)).get(0).classIndex());
            } catch (ArithmeticException | OnnxException e) {
                // The decoder side runs the same head and counts its failures.
            }
        }
        return new HeadResults(classes);
    }

    @Override
    public void close() {
        further.forEach(HeadClassifier::close);
    }
}
