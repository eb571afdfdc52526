package io.featherwire.lab.endtoend;

import io.featherwire.schemas.ImageFrame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The compressor's work in the style of a stream processor with checkpoints. A worker processes the records of its
 * partitions in batches of a fixed size, and commits offsets and results together once per interval. After a failure
 * the worker would restart at the last commit.
 */
final class IntervalCommitBaseline implements AutoCloseable {

    private static final String GROUP = "interval-commits";
    private static final Duration POLL = Duration.ofMillis(5);

    private final ConsumeProduceBaseline work;
    private final String bootstrapServers;
    private final String output;
    private final int batch;
    private final Duration linger;
    private final Duration interval;
    private final List<Thread> workers = new ArrayList<>();
    private volatile boolean stopped;

    /**
     * Starts the workers.
     *
     * @param batch number of frames in a run of the network
     * @param linger longest wait for a batch to fill
     * @param workers number of workers, which share the partitions of the topic images
     */
    IntervalCommitBaseline(
            ConsumeProduceBaseline work,
            String bootstrapServers,
            String output,
            int batch,
            Duration linger,
            Duration interval,
            int workers) {
        this.work = work;
        this.bootstrapServers = bootstrapServers;
        this.output = output;
        this.batch = batch;
        this.linger = linger;
        this.interval = interval;
        for (int i = 0; i < workers; i++) {
            int worker = i;
            List<TopicPartition> partitions = IntStream.range(0, EndToEndBenchmark.PARTITIONS)
                    .filter(partition -> partition % workers == worker)
                    .mapToObj(partition -> new TopicPartition("images", partition))
                    .toList();
            Thread thread = new Thread(() -> new Worker(worker, partitions).run(), "interval-commits-" + i);
            thread.start();
            this.workers.add(thread);
        }
    }

    @Override
    public void close() {
        stopped = true;
        try {
            for (Thread worker : workers) {
                worker.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Worker {
        private final int number;
        private final List<TopicPartition> partitions;
        private final ArrayDeque<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();
        private final Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
        private long waitingSince;
        private long begun;

        private Worker(int number, List<TopicPartition> partitions) {
            this.number = number;
            this.partitions = partitions;
        }

        private void run() {
            // Each output has a consumer group of its own, because the next row reads the same frames again.
            String group = GROUP + "-" + output;
            Map<String, Object> read = Map.of(
                    "bootstrap.servers", bootstrapServers,
                    "group.id", group,
                    "enable.auto.commit", "false",
                    "auto.offset.reset", "earliest",
                    "isolation.level", "read_committed");
            Map<String, Object> write = Map.of(
                    "bootstrap.servers",
                    bootstrapServers,
                    "transactional.id",
                    group + "-" + number,
                    "compression.type",
                    "zstd",
                    "linger.ms",
                    10);
            try (var consumer = new KafkaConsumer<>(read, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                    var producer = new KafkaProducer<>(write, new ByteArraySerializer(), new ByteArraySerializer())) {
                producer.initTransactions();
                consumer.assign(partitions);
                while (!stopped) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                        if (waiting.isEmpty()) {
                            waitingSince = System.nanoTime();
                        }
                        waiting.add(record);
                    }
                    while (waiting.size() >= batch || (!waiting.isEmpty() && isOver(waitingSince, linger))) {
                        process(producer);
                        commitIfDue(consumer, producer);
                    }
                    commitIfDue(consumer, producer);
                }
            }
        }

        private boolean isOver(long since, Duration time) {
            return System.nanoTime() - since >= time.toNanos();
        }

        private void process(KafkaProducer<byte[], byte[]> producer) {
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            List<ImageFrame> frames = new ArrayList<>();
            while (records.size() < batch && !waiting.isEmpty()) {
                records.add(waiting.remove());
                frames.add(work.decode(records.get(records.size() - 1).value()));
            }
            waitingSince = System.nanoTime();
            List<byte[]> features = work.compress(frames);
            if (done.isEmpty()) {
                producer.beginTransaction();
                begun = System.nanoTime();
            }
            for (int i = 0; i < records.size(); i++) {
                ConsumerRecord<byte[], byte[]> record = records.get(i);
                producer.send(new ProducerRecord<>(output, record.key(), features.get(i)));
                done.put(
                        new TopicPartition(record.topic(), record.partition()),
                        new OffsetAndMetadata(record.offset() + 1));
            }
        }

        private void commitIfDue(KafkaConsumer<byte[], byte[]> consumer, KafkaProducer<byte[], byte[]> producer) {
            if (!done.isEmpty() && isOver(begun, interval)) {
                producer.sendOffsetsToTransaction(done, consumer.groupMetadata());
                producer.commitTransaction();
                done.clear();
            }
        }
    }
}
