package io.featherwire.compressor;

import io.featherwire.codec.gate.SceneGate.Decision;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The gate's decision for a frame, as a header between the compressor's processors.
 *
 * @param reference the offset of the coded frame that this frame repeats; the frame's own offset if the frame is coded
 */
record GateStep(Decision decision, long reference) {

    private static final String HEADER = "fw.gate.step";
    private static final int BYTES = 1 + Long.BYTES;

    void addTo(Headers headers) {
        headers.add(
                HEADER,
                ByteBuffer.allocate(BYTES)
                        .put((byte) decision.ordinal())
                        .putLong(reference)
                        .array());
    }

    /** Removes a header of this name that a producer has set. */
    static void removeFrom(Headers headers) {
        headers.remove(HEADER);
    }

    static Optional<GateStep> from(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        if (header == null) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(header.value());
        return Optional.of(new GateStep(Decision.values()[in.get()], in.getLong()));
    }

    boolean isRepeat() {
        return decision == Decision.REPEAT;
    }
}
