package io.featherwire.cli.topic;

import static java.util.Objects.requireNonNull;

import io.featherwire.cli.console.CommandException;
import io.featherwire.runtime.config.KafkaProperties;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The committed records of a topic between two offsets of each partition. */
public final class TopicRange implements AutoCloseable {

    /**
     * Receives a record.
     *
     * @param <E> the type of exceptions that it throws
     */
    @FunctionalInterface
    public interface Action<E extends Exception> {
        void accept(ConsumerRecord<byte[], byte[]> record) throws E;
    }

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Map<TopicPartition, Long> ends;

    private TopicRange(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        this.consumer = consumer;
        this.partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new CommandException("there is no topic " + topic);
        }
        this.ends = consumer.endOffsets(partitions);
    }

    /**
     * Opens the range up to the topic's current end.
     *
     * @throws CommandException if there is no such topic
     */
    public static TopicRange of(String bootstrapServers, KafkaProperties kafka, String topic) {
        Map<String, Object> properties = new HashMap<>();
        kafka.applyTo(properties);
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 20_000);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            return new TopicRange(consumer, topic);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /**
     * The first offset of each partition: the given one or that of the first record since a time, whichever is later;
     * without both, the beginning of the partition.
     */
    public Map<Integer, Long> firstOffsets(Map<Integer, Long> given, Optional<Instant> since) {
        Map<TopicPartition, Long> from = new HashMap<>(consumer.beginningOffsets(partitions));
        since.ifPresent(time -> {
            Map<TopicPartition, Long> times = new HashMap<>();
            partitions.forEach(partition -> times.put(partition, time.toEpochMilli()));
            consumer.offsetsForTimes(times)
                    .forEach((partition, found) ->
                            from.put(partition, found == null ? endOffset(partition) : found.offset()));
        });
        Map<Integer, Long> first = new HashMap<>();
        for (TopicPartition partition : partitions) {
            long offset = Math.max(requireNonNull(from.get(partition)), given.getOrDefault(partition.partition(), 0L));
            first.put(partition.partition(), Math.min(offset, endOffset(partition)));
        }
        return first;
    }

    /** The number of offsets between the first offsets and the ends. */
    public long count(Map<Integer, Long> first) {
        long count = 0;
        for (TopicPartition partition : partitions) {
            count += endOffset(partition) - requireNonNull(first.get(partition.partition()));
        }
        return count;
    }

    /** Passes the records from the first offsets to the ends to an action. */
    public <E extends Exception> void forEach(Map<Integer, Long> first, Action<E> action) throws E {
        consumer.assign(partitions);
        partitions.forEach(partition -> consumer.seek(partition, requireNonNull(first.get(partition.partition()))));
        while (partitions.stream().anyMatch(partition -> consumer.position(partition) < endOffset(partition))) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                if (record.offset() < endOffset(new TopicPartition(record.topic(), record.partition()))) {
                    action.accept(record);
                }
            }
        }
    }

    /** The end offset at the time when the range was opened. */
    private long endOffset(TopicPartition partition) {
        return requireNonNull(ends.get(partition), "end");
    }

    @Override
    public void close() {
        consumer.close();
    }
}
