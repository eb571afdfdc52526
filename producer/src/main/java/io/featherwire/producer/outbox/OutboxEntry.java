package io.featherwire.producer.outbox;

import static java.util.Objects.requireNonNull;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.apache.kafka.common.header.Headers;

/**
 * A record that waits to be sent.
 *
 * @param capturedAt milliseconds since 1970, by the device's clock
 * @param timestamp the timestamp of the record on its topic, in milliseconds since 1970
 */
@RecordBuilder
public record OutboxEntry(
        String topic, String sensorId, String frameId, long capturedAt, long timestamp, Headers headers, byte[] value) {

    /** Overhead of a row beside its texts and bytes, in bytes: numbers, cell headers, partly filled pages. */
    private static final int ROW = 128;

    public OutboxEntry {
        requireNonNull(topic, "topic");
        requireNonNull(sensorId, "sensorId");
        requireNonNull(frameId, "frameId");
        requireNonNull(headers, "headers");
        requireNonNull(value, "value");
    }

    /** The estimated size on disk, in bytes. */
    long footprint() {
        return value.length
                + HeaderBytes.write(headers).length
                + topic.length()
                + 3L * (sensorId.length() + frameId.length())
                + ROW;
    }
}
