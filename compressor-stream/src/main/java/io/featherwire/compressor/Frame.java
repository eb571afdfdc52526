package io.featherwire.compressor;

import java.util.Optional;

/**
 * A frame ready for the network.
 *
 * @param capturedAt milliseconds since the epoch
 * @param image [3, S, S], normalised; of no length where the frame is a repeat
 * @param imageBytes size of the encoded image
 * @param audited whether the uncompressed path is asked, too
 * @param gate what the gate decided, where there is one
 */
record Frame(
        String frameId, long capturedAt, float[] image, int imageBytes, boolean audited, Optional<GateResult> gate) {

    boolean isRepeat() {
        return gate.map(result -> result.step().isRepeat()).orElse(false);
    }
}
