package io.featherwire.cli.head;

import static java.util.Objects.requireNonNull;

import io.featherwire.cli.console.CommandException;
import io.featherwire.runtime.config.KafkaProperties;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the committed records that a topic contains at the time of the call.
 *
 * @param from the earliest timestamp, inclusive; empty for the topic's beginning
 * @param to the latest timestamp, exclusive; empty for the topic's end
 */
public record TopicScan(
        String bootstrapServers, KafkaProperties kafka, String topic, Optional<Instant> from, Optional<Instant> to) {

    void forEach(Consumer<ConsumerRecord<byte[], byte[]>> action) {
        try (var consumer = consumer()) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw new CommandException("there is no topic " + topic);
            }
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            seek(consumer, partitions, ends);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < requireNonNull(ends.get(partition), "end"))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                    boolean wasThere = record.offset()
                            < requireNonNull(ends.get(new TopicPartition(topic, record.partition())), "end");
                    if (wasThere && isWithin(record.timestamp())) {
                        action.accept(record);
                    }
                }
            }
        }
    }

    private void seek(
            KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions, Map<TopicPartition, Long> ends) {
        if (from.isEmpty()) {
            consumer.seekToBeginning(partitions);
            return;
        }
        long time = from.get().toEpochMilli();
        var found = consumer.offsetsForTimes(
                partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> time)));
        for (TopicPartition partition : partitions) {
            var first = found.get(partition);
            consumer.seek(partition, first == null ? requireNonNull(ends.get(partition), "end") : first.offset());
        }
    }

    private boolean isWithin(long timestamp) {
        return from.filter(earliest -> timestamp < earliest.toEpochMilli()).isEmpty()
                && to.filter(late -> timestamp >= late.toEpochMilli()).isEmpty();
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> properties = new HashMap<>();
        kafka.applyTo(properties);
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 20_000);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
