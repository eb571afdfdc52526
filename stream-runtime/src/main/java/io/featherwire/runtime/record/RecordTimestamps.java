package io.featherwire.runtime.record;

import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The time of a record that Kafka Streams works with and writes to changelogs: its timestamp, or the present for a record that has
 * none, or one far ahead, which brokers would not take back.
 */
public final class RecordTimestamps implements TimestampExtractor {

    /** Half of what a broker takes by default (message.timestamp.after.max.ms), since its clock is another one. */
    private static final long AHEAD_MS = Duration.ofMinutes(30).toMillis();

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        long now = System.currentTimeMillis();
        long timestamp = record.timestamp();
        return timestamp < 0 || timestamp > now + AHEAD_MS ? now : timestamp;
    }
}
