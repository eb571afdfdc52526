package io.featherwire.classifier;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.BrokerCheck;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.log.RateLimitedLog;
import io.featherwire.runtime.topics.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.LoggerFactory;

/**
 * The range of a backfill. At start, it commits the offset of each partition's first frame since a given time for the
 * consumer group, unless the group has offsets already. Later, it detects when the group has reached the end offsets of
 * the start.
 */
final class BackfillRange implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final RateLimitedLog failures = new RateLimitedLog(LoggerFactory.getLogger(BackfillRange.class));
    private final Admin admin;
    private final Map<String, Object> properties;
    private final String group;
    private final Map<TopicPartition, Long> ends;

    /**
     * @param properties the settings of the consumers that look for records
     * @param ends the offset of each partition at which the backfill ends
     */
    BackfillRange(Admin admin, Map<String, Object> properties, String group, Map<TopicPartition, Long> ends) {
        this.admin = admin;
        this.properties = properties;
        this.group = group;
        this.ends = ends;
    }

    static BackfillRange open(ClassifierConfig config, Instant since) {
        Map<String, Object> properties = new HashMap<>();
        config.stream().kafka().applyTo(properties);
        properties.put(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.stream().get(StreamConfig.BOOTSTRAP_SERVERS));
        Map<String, Object> forAdmin = new HashMap<>(properties);
        forAdmin.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 2);
        forAdmin.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        Admin admin = BrokerCheck.createAdmin(forAdmin);
        try {
            String group = config.stream().get(StreamConfig.APPLICATION_ID);
            var ends = offsetsSince(admin, group, config.get(TopicNames.FEATURES), since);
            return new BackfillRange(admin, properties, group, ends);
        } catch (ExecutionException e) {
            admin.close(Duration.ZERO);
            throw new StartException(
                    "cannot set the offsets of application " + config.stream().get(StreamConfig.APPLICATION_ID)
                            + " in topic "
                            + config.get(TopicNames.FEATURES) + ": "
                            + requireNonNull(e.getCause(), "cause").getMessage(),
                    e);
        } catch (InterruptedException e) {
            admin.close(Duration.ZERO);
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        } catch (RuntimeException e) {
            admin.close(Duration.ZERO);
            throw e;
        }
    }

    /**
     * Commits the start offsets of partitions without a committed offset, and returns the end offsets of all
     * partitions.
     */
    private static Map<TopicPartition, Long> offsetsSince(Admin admin, String group, String topic, Instant since)
            throws ExecutionException, InterruptedException {
        List<TopicPartition> partitions =
                requireNonNull(
                                admin.describeTopics(List.of(topic))
                                        .allTopicNames()
                                        .get()
                                        .get(topic),
                                topic)
                        .partitions()
                        .stream()
                        .map(partition -> new TopicPartition(topic, partition.partition()))
                        .toList();
        var ends = listOffsets(admin, partitions, OffsetSpec.latest());
        var begun = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        var missing = partitions.stream()
                .filter(partition -> begun.get(partition) == null)
                .toList();
        if (!missing.isEmpty()) {
            var first = listOffsets(admin, missing, OffsetSpec.forTimestamp(since.toEpochMilli()));
            Map<TopicPartition, OffsetAndMetadata> places = new HashMap<>();
            first.forEach((partition, offset) -> places.put(
                    partition, new OffsetAndMetadata(offset < 0 ? ends.getOrDefault(partition, 0L) : offset)));
            admin.alterConsumerGroupOffsets(group, places).all().get();
        }
        return ends;
    }

    private static Map<TopicPartition, Long> listOffsets(Admin admin, List<TopicPartition> partitions, OffsetSpec spec)
            throws ExecutionException, InterruptedException {
        return admin
                .listOffsets(
                        partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> spec)),
                        new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all()
                .get()
                .entrySet()
                .stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().offset()));
    }

    /** Waits until the group has reached the end offsets of the start. */
    void awaitEnd() throws InterruptedException {
        while (!isEnded()) {
            Thread.sleep(LOOK.toMillis());
        }
    }

    /** Whether the group has reached the end offsets; false if the brokers do not answer. */
    boolean isEnded() throws InterruptedException {
        try {
            var committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            for (var end : ends.entrySet()) {
                var at = committed.get(end.getKey());
                if (at == null
                        || at.offset() < end.getValue() && holdsRecords(end.getKey(), at.offset(), end.getValue())) {
                    return false;
                }
            }
            return true;
        } catch (ExecutionException e) {
            // The brokers may be temporarily unavailable; the stream itself reports this.
            return false;
        } catch (KafkaException e) {
            failures.warn("cannot check whether the backfill has reached its end; trying again: {}", e.toString());
            return false;
        }
    }

    /**
     * Whether the range has committed records. Transaction markers and aborted records do not count, since a consumer
     * never commits an offset after them.
     */
    private boolean holdsRecords(TopicPartition partition, long from, long end) {
        Map<String, Object> reading = new HashMap<>(properties);
        reading.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        reading.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        reading.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        try (var consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            while (System.nanoTime() < deadline) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    return record.offset() < end;
                }
                if (consumer.position(partition) >= end) {
                    return false;
                }
            }
            return true;
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}
