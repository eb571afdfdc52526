package io.featherwire.compressor;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;

/**
 * A decoded frame, ready for the network.
 *
 * @param capturedAt the time of capture, in milliseconds since 1970
 * @param image the normalised pixels, [3, S, S]; empty if the frame is a repeat
 * @param imageBytes the size of the encoded image, in bytes
 * @param targetBytes the target size of the payload, in bytes; 0 for none
 * @param audited whether the uncompressed path also runs on the frame
 * @param gate the decision of the gate; empty without a gate
 */
@RecordBuilder
record Frame(
        String frameId,
        long capturedAt,
        float[] image,
        int imageBytes,
        int targetBytes,
        boolean audited,
        Optional<GateResult> gate) {

    boolean isRepeat() {
        return gate.map(result -> result.step().isRepeat()).orElse(false);
    }
}
