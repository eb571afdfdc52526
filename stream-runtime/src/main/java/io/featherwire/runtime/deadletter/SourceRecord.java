package io.featherwire.runtime.deadletter;

import static java.util.Objects.requireNonNull;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A record as it was read, with its original bytes, topic, partition and offset. The timestamp is the record's, in
 * milliseconds since 1970. The arrays and headers are not copied; do not modify them.
 */
@RecordBuilder
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

    /** Combines the record that Kafka Streams passes to a processor with its topic, partition and offset. */
    public static SourceRecord of(Record<byte[], byte[]> record, RecordMetadata from) {
        return SourceRecordBuilder.builder()
                .headers(record.headers())
                .timestamp(record.timestamp())
                .topic(from.topic())
                .partition(from.partition())
                .offset(from.offset())
                .key(record.key())
                .value(record.value())
                .build();
    }

    /** The uncompressed size in bytes, including headers and their length fields. */
    public long size() {
        long size = length(key) + length(value);
        for (Header header : headers) {
            size += size(header);
        }
        return size;
    }

    /** The size of a header in bytes, including the length fields of key and value. */
    public static long size(Header header) {
        return 2L * Integer.BYTES + Utils.utf8Length(header.key()) + length(header.value());
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
