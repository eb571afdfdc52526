package io.featherwire.cli.head;

import io.featherwire.cli.topic.TopicRange;
import io.featherwire.runtime.config.KafkaProperties;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads the committed records that a topic contains at the time of the call.
 *
 * @param from the earliest timestamp, inclusive; empty for the topic's beginning
 * @param to the latest timestamp, exclusive; empty for the topic's end
 */
public record TopicScan(
        String bootstrapServers, KafkaProperties kafka, String topic, Optional<Instant> from, Optional<Instant> to) {

    void forEach(Consumer<ConsumerRecord<byte[], byte[]>> action) {
        try (TopicRange range = TopicRange.of(bootstrapServers, kafka, topic)) {
            range.forEach(range.firstOffsets(Map.of(), from), record -> {
                if (isWithin(record.timestamp())) {
                    action.accept(record);
                }
            });
        }
    }

    private boolean isWithin(long timestamp) {
        return from.filter(earliest -> timestamp < earliest.toEpochMilli()).isEmpty()
                && to.filter(late -> timestamp >= late.toEpochMilli()).isEmpty();
    }
}
