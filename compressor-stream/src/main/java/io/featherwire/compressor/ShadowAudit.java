package io.featherwire.compressor;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.PayloadClassifier;
import io.featherwire.schemas.audit.UncompressedResult;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The uncompressed path beside the compressed one, for a share of the frames: the head on the feature as the backbone made it.
 * A frame is picked by its name, so that a replay picks the same ones.
 */
final class ShadowAudit implements AutoCloseable {

    private static final int STEPS = 1 << 20;

    private final int picked;
    private final @Nullable PayloadClassifier head;

    private ShadowAudit(double share, @Nullable PayloadClassifier head) {
        this.picked = (int) Math.round(share * STEPS);
        this.head = head;
    }

    static ShadowAudit none() {
        return new ShadowAudit(0, null);
    }

    /**
     * @param share of the frames that is audited, 0..1
     * @param head of the same bundle; owned from here on
     */
    static ShadowAudit of(double share, PayloadClassifier head) {
        return new ShadowAudit(share, requireNonNull(head, "head"));
    }

    boolean picks(String sensorId, String frameId) {
        int hash = 31 * sensorId.hashCode() + frameId.hashCode();
        // Names that count up have hashes that count up: murmur's last step spreads them over all bits.
        hash = (hash ^ hash >>> 16) * 0x85ebca6b;
        hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
        return ((hash ^ hash >>> 16) & STEPS - 1) < picked;
    }

    /** What the uncompressed path says of features [F, H, W], in order. */
    List<UncompressedResult> results(List<float[]> features, List<Integer> imageBytes) {
        var predictions = requireNonNull(head, "head").classifyFeatures(features);
        return IntStream.range(0, predictions.size())
                .mapToObj(i -> new UncompressedResult(
                        predictions.get(i).classIndex(), predictions.get(i).probability(), imageBytes.get(i)))
                .toList();
    }

    @Override
    public void close() {
        if (head != null) {
            head.close();
        }
    }
}
