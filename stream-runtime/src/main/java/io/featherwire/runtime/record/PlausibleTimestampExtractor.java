package io.featherwire.runtime.record;

import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Extracts the timestamp that Kafka Streams uses for a record and writes to changelogs. It is the record's timestamp,
 * or the current time if the record has no timestamp or one that is far in the future, which brokers would refuse in a
 * changelog.
 */
public final class PlausibleTimestampExtractor implements TimestampExtractor {

    /**
     * The maximum time ahead of this machine's clock: half of what brokers accept by default
     * (message.timestamp.after.max.ms), since their clocks differ.
     */
    private static final long AHEAD_MS = Duration.ofMinutes(30).toMillis();

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        long now = System.currentTimeMillis();
        long timestamp = record.timestamp();
        return timestamp < 0 || timestamp > now + AHEAD_MS ? now : timestamp;
    }
}
