package io.featherwire.classifier.accuracy;

import static java.util.Objects.requireNonNull;

/** What identifies a frame: the frame id is unique within its sensor only. */
public record FrameKey(String sensorId, String frameId) {
    /** Both are required. */
    public FrameKey {
        requireNonNull(sensorId, "sensorId");
        requireNonNull(frameId, "frameId");
    }
}
