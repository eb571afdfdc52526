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
 * Sends the uncompressed path's predictions along with a share of the frames. The prediction of the bundle's own head comes
 * from the compressor; those of further heads are computed here. A frame is picked by its ids, so that a replay picks the same frames.
 */
final class ShadowAudit implements AutoCloseable {

    private static final int STEPS = 1 << 20;

    private final int picked;
    private final List<HeadClassifier> further;

    private ShadowAudit(double share, List<HeadClassifier> further) {
        this.picked = (int) Math.round(share * STEPS);
        this.further = List.copyOf(further);
    }

    static ShadowAudit none() {
        return new ShadowAudit(0, List.of());
    }

    /**
     * @param share of the frames that is audited, 0..1
     * @param further heads of the same bundle whose classes exclude each other; owned from here on
     */
    static ShadowAudit of(double share, List<HeadClassifier> further) {
        return new ShadowAudit(share, further);
    }

    boolean picks(String sensorId, String frameId) {
        int hash = 31 * sensorId.hashCode() + frameId.hashCode();
        // Consecutive names have consecutive hash codes; murmur's finaliser spreads them over all bits.
        hash = (hash ^ hash >>> 16) * 0x85ebca6b;
        hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
        return ((hash ^ hash >>> 16) & STEPS - 1) < picked;
    }

    /**
     * The audit's results, in order.
     *
     * @param predictions of the uncompressed path, computed by the compressor
     * @param features [F, H, W], input of the further heads
     */
    List<AuditResult> results(List<Prediction> predictions, List<float[]> features, List<Integer> imageBytes) {
        return IntStream.range(0, predictions.size())
                .mapToObj(i -> new AuditResult(
                        new UncompressedResult(
                                predictions.get(i).classIndex(),
                                predictions.get(i).probability(),
                                imageBytes.get(i)),
                        further(features.get(i))))
                .toList();
    }

    /** A head that fails on a feature has no prediction for it. */
    private HeadResults further(float[] feature) {
        Map<String, Integer> classes = new TreeMap<>();
        for (HeadClassifier one : further) {
            try {
                classes.put(
                        one.head().fingerprint().hex(),
                        one.classify(List.of(feature)).get(0).classIndex());
            } catch (ArithmeticException | OnnxException e) {
                // The classifier counts such failures.
            }
        }
        return new HeadResults(classes);
    }

    @Override
    public void close() {
        further.forEach(HeadClassifier::close);
    }
}
