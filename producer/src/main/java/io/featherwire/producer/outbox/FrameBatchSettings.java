package io.featherwire.producer.outbox;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.config.DataSize;
import java.time.Duration;

/**
 * The settings of records that contain several frames of a sensor.
 *
 * @param from the topic of frames that are sent as records of their own
 * @param topic the topic of the batches
 * @param most maximum bytes of a batch; a larger frame is a batch of its own. 0 if each frame is a record of its own
 * @param delay the maximum time that a frame waits for others
 * @param claim the maximum time between two checks whether another process uses this device's id; each check costs a
 *     transaction
 */
public record FrameBatchSettings(String from, String topic, DataSize most, Duration delay, Duration claim) {

    public FrameBatchSettings {
        requireNonNull(from, "from");
        requireNonNull(topic, "topic");
        requireNonNull(most, "most");
        requireNonNull(delay, "delay");
        requireNonNull(claim, "claim");
    }

    /** Whether batches are used. */
    public boolean isOn() {
        return most.bytes() > 0;
    }
}
