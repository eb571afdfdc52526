package io.featherwire.compressor;

import java.util.Optional;

/**
 * A frame ready for the network.
 *
 * @param capturedAt milliseconds since the epoch
 * @param image [3, S, S], normalised; empty if the frame is a repeat
 * @param imageBytes size of the encoded image
 * @param audited whether the uncompressed path is run as well
 * @param gate decision of the gate, if there is one
 */
record Frame(
        String frameId, long capturedAt, float[] image, int imageBytes, boolean audited, Optional<GateResult> gate) {

    boolean isRepeat() {
        return gate.map(result -> result.step().isRepeat()).orElse(false);
    }
}
