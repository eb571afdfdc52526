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
 * One record as it was read, with its original bytes and coordinates. Its timestamp is Kafka's, in milliseconds. The
 * arrays and headers are shared, not copied: read them, never change them.
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

    /** A record as Kafka Streams hands it to a processor, and where it was read. */
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

    /** Its uncompressed bytes, including headers and their lengths. */
    public long size() {
        long size = length(key) + length(value);
        for (Header header : headers) {
            size += size(header);
        }
        return size;
    }

    /** Bytes that a header takes, with the lengths of its two parts. */
    public static long size(Header header) {
        return 2L * Integer.BYTES + Utils.utf8Length(header.key()) + length(header.value());
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
