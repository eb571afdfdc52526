package io.featherwire.classifier.accuracy;

import static java.util.Objects.requireNonNull;

/** The key of a frame: sensor id and frame id, since a frame id is unique only within its sensor. */
public record FrameKey(String sensorId, String frameId) {
    /** Checks that both ids are set. */
    public FrameKey {
        requireNonNull(sensorId, "sensorId");
        requireNonNull(frameId, "frameId");
    }
}
