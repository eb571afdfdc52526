package io.featherwire.producer.outbox;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.config.DataSize;
import java.time.Duration;

/**
 * How several frames of a sensor go into one record.
 *
 * @param from topic that their single records would go to
 * @param topic of the batches
 * @param most bytes of a batch; a larger frame is a batch by itself. 0 where each frame is a record by itself
 * @param delay how long a frame waits for others, at most
 * @param claim how often it is looked whether another process sends as this device, at least; that costs a transaction
 */
public record FrameBatchSettings(String from, String topic, DataSize most, Duration delay, Duration claim) {

    public FrameBatchSettings {
        requireNonNull(from, "from");
        requireNonNull(topic, "topic");
        requireNonNull(most, "most");
        requireNonNull(delay, "delay");
        requireNonNull(claim, "claim");
    }

    /** Whether there are batches. */
    public boolean isOn() {
        return most.bytes() > 0;
    }
}
