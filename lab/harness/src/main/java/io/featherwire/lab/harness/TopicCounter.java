package io.featherwire.lab.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** Counts the records of a topic by id, from the beginning of the topic, with isolation level read_committed. */
public final class TopicCounter implements AutoCloseable {

    /** Extracts a record's id. Records with an empty id are not counted. */
    @FunctionalInterface
    public interface IdExtractor extends Function<ConsumerRecord<String, byte[]>, String> {}

    /**
     * Identifies a dead letter by topic, partition and offset of its original record. If a dead letter is split into
     * pieces, only the first piece counts.
     */
    public static final IdExtractor DEAD_LETTER = record -> isLaterPiece(record)
            ? ""
            : headerText(record, "__streams.errors.topic") + "-" + headerText(record, "__streams.errors.partition")
                    + "@" + headerText(record, "__streams.errors.offset");

    private final KafkaConsumer<String, byte[]> consumer;
    private final IdExtractor idExtractor;
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<String, Integer> newest = new HashMap<>();
    private final Thread thread;
    private volatile @Nullable CountDownLatch atEnd;
    private int outOfOrder;

    private TopicCounter(KafkaConsumer<String, byte[]> consumer, String topic, IdExtractor idExtractor) {
        this.consumer = consumer;
        this.idExtractor = requireNonNull(idExtractor, "idExtractor");
        List<TopicPartition> partitions = new ArrayList<>();
        for (PartitionInfo partition : consumer.partitionsFor(topic)) {
            partitions.add(new TopicPartition(topic, partition.partition()));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        this.thread = new Thread(this::read, "counter-" + topic);
        this.thread.setDaemon(true);
    }

    /** Starts counting. */
    public static TopicCounter start(String bootstrapServers, String topic, IdExtractor idExtractor) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", bootstrapServers, "isolation.level", "read_committed", "fetch.max.wait.ms", "50");
        TopicCounter counter = new TopicCounter(
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer()),
                topic,
                idExtractor);
        counter.thread.start();
        return counter;
    }

    /** The number of distinct records so far. */
    public synchronized int distinctRecords() {
        return counts.size();
    }

    /** The highest numeric id so far; -1 before the first record. */
    public synchronized int highestId() {
        return newest.values().stream().mapToInt(n -> n).max().orElse(-1);
    }

    /** The number of duplicate records. */
    public synchronized int duplicateRecords() {
        return counts.values().stream().mapToInt(count -> count - 1).sum();
    }

    /**
     * The number of expected frames below {@code frames} that have not been read.
     *
     * @param due whether a frame is expected
     */
    public synchronized int missingFrames(int frames, IntPredicate due) {
        return (int) IntStream.range(0, frames)
                .filter(due)
                .filter(n -> !counts.containsKey(Integer.toString(n)))
                .count();
    }

    /**
     * The number of records that were read after a record of the same sensor with a higher id. Only numeric ids count.
     */
    public synchronized int recordsOutOfOrder() {
        return outOfOrder;
    }

    /** Waits until the given number of distinct records was read. Returns false after a time-out. */
    public boolean awaitRecords(int records, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (distinctRecords() < records && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        return distinctRecords() >= records;
    }

    /** Waits until every committed record of the topic was read. Returns false after a time-out. */
    public boolean awaitEnd(Duration timeout) throws InterruptedException {
        CountDownLatch seen = new CountDownLatch(1);
        atEnd = seen;
        return seen.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try (consumer) {
            while (!Thread.currentThread().isInterrupted()) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    count(record);
                }
                CountDownLatch seen = atEnd;
                if (seen != null && isAtEnd()) {
                    atEnd = null;
                    seen.countDown();
                }
            }
        } catch (WakeupException e) {
            // The counter was closed.
        }
    }

    private boolean isAtEnd() {
        return consumer.endOffsets(consumer.assignment()).entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private synchronized void count(ConsumerRecord<String, byte[]> record) {
        String id = idExtractor.apply(record);
        if (id.isEmpty()) {
            return;
        }
        boolean first = counts.merge(id, 1, Integer::sum) == 1;
        if (first && id.chars().allMatch(Character::isDigit)) {
            int n = Integer.parseInt(id);
            Integer before = newest.put(record.key(), n);
            if (before != null && before > n) {
                outOfOrder++;
            }
        }
    }

    private static boolean isLaterPiece(ConsumerRecord<String, byte[]> record) {
        String piece = headerText(record, "__streams.errors.piece");
        return piece.contains("/") && !piece.startsWith("1/");
    }

    private static String headerText(ConsumerRecord<String, byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? "?" : new String(header.value(), UTF_8);
    }
}
