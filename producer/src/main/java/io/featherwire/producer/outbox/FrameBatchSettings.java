package io.featherwire.producer.outbox;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.config.DataSize;
import java.time.Duration;

/**
 * The settings of several frames of a sensor in one record.
 *
 * @param from topic of their single records
 * @param topic of the batches
 * @param most maximum bytes of a batch; a larger frame is a batch by itself. 0 if each frame is a record by itself
 * @param delay longest wait of a frame for others
 * @param claim longest interval between two checks whether another process sends as this device; each check costs a
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
