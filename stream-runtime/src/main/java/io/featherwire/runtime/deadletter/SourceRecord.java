package io.featherwire.runtime.deadletter;

import static java.util.Objects.requireNonNull;

import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * One record as it was read, bytes untouched, with its coordinates. Its timestamp is Kafka's, in milliseconds. The arrays
 * and headers are shared, not copied: whoever gets one only reads it.
 */
public record SourceRecord(
        byte @Nullable [] key,
        byte @Nullable [] value,
        Headers headers,
        long timestamp,
        String topic,
        int partition,
        long offset) {

    public SourceRecord {
        requireNonNull(headers, "headers");
        requireNonNull(topic, "topic");
    }

    /** Where it was read, for messages and logs; the contents never are. */
    public String coordinates() {
        return topic + "-" + partition + "@" + offset;
    }
}
