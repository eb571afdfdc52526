package io.featherwire.lab.endtoend;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic with isolation level read_committed and records the latencies of the arriving records. */
final class ArrivalLatencies implements AutoCloseable {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ToLongFunction<byte[]> capturedAt;
    private final double[] latenciesMs;
    private int count;

    /**
     * @param max maximum number of records
     * @param capturedAt extracts the time of capture, in milliseconds since the epoch, from a record's value
     */
    ArrivalLatencies(
            String bootstrapServers, String topic, int partitions, int max, ToLongFunction<byte[]> capturedAt) {
        this.capturedAt = capturedAt;
        this.latenciesMs = new double[max];
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
    }

    /**
     * Reads until {@code records} records have arrived in total.
     *
     * @throws IllegalStateException after a time-out
     */
    void awaitRecords(int records, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (count < records) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "only " + count + " of " + records + " records arrived within " + timeout);
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                if (count < latenciesMs.length) {
                    latenciesMs[count] = System.currentTimeMillis() - capturedAt.applyAsLong(record.value());
                }
                count++;
            }
        }
    }

    int count() {
        return count;
    }

    /** A quantile of the latencies, in milliseconds, without the first {@code from} records. */
    double latencyMs(double quantile, int from) {
        double[] sorted = Arrays.copyOfRange(latenciesMs, from, Math.min(count, latenciesMs.length));
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1, Math.round(quantile * (sorted.length - 1)))];
    }

    @Override
    public void close() {
        consumer.close();
    }
}
