package io.featherwire.runtime.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.StreamsApp;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.metrics.BatchMetrics;
import io.featherwire.runtime.metrics.Meters;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stream whose network costs a known time, beside threads that are busy all the time. */
@Tag("slow")
class StarvedStreamIT {

    private static final int PARTITIONS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path directory;

    private final List<Thread> busy = new ArrayList<>();
    private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
    private EmbeddedBroker broker;
    private Admin admin;

    /** Takes so much of a core, as a network does. */
    private final class Network implements BatchFunction<byte[], byte[]> {
        private final Duration run;
        private final Duration frame;

        private Network(Duration run, Duration frame) {
            this.run = run;
            this.frame = frame;
        }

        @Override
        public byte[] prepare(SourceRecord source) {
            return source.value();
        }

        @Override
        public List<byte[]> process(List<byte[]> batch) {
            batches.add(batch.size());
            burn(run.plus(frame.multipliedBy(batch.size())));
            return batch;
        }

        @Override
        public void probe() {}

        private void burn(Duration time) {
            var threads = ManagementFactory.getThreadMXBean();
            long until = threads.getCurrentThreadCpuTime() + time.toNanos();
            while (threads.getCurrentThreadCpuTime() < until) {
                Thread.onSpinWait();
            }
        }
    }

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start(directory.resolve("broker"));
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterEach
    void stop() {
        busy.forEach(Thread::interrupt);
        admin.close();
        broker.close();
    }

    private KafkaConsumer<byte[], byte[]> reader() {
        var reader = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "isolation.level", "read_committed",
                        "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        reader.assign(IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition("out", partition))
                .toList());
        return reader;
    }

    private void createTopics() throws Exception {
        admin.createTopics(List.of(
                        new NewTopic("in", PARTITIONS, (short) 1),
                        new NewTopic("out", PARTITIONS, (short) 1),
                        new NewTopic("dead", 1, (short) 1)))
                .all()
                .get();
    }

    private StreamsApp stream(int runs, Network network, Duration commitInterval) {
        Map<String, String> set = Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "commit.interval", commitInterval.toMillis() + "ms",
                "state.dir", directory.resolve("state").toString());
        StreamConfig config = StreamConfig.from(ConfigSources.of(set).read(StreamConfig.settings("starved", 0)));
        Meters meters = new Meters();
        MicroBatcher<byte[], byte[]> batcher = new MicroBatcher<>(
                "starved", network, config.batch().withRuns(runs), new BatchMetrics(meters.registry(), "starved"));
        var bytesIn = new ByteArrayDeserializer();
        var bytesOut = new ByteArraySerializer();
        Topology topology = new Topology()
                .addSource("in", bytesIn, bytesIn, "in")
                .addProcessor(
                        "run", new BatchStage<>(batcher, "ring", List.of("out"), "dead", DataSize.ofMebibytes(1)), "in")
                .addSink("out", "out", bytesOut, bytesOut, "run")
                .addSink("dead", "dead", bytesOut, bytesOut, "run");
        return StreamsApp.start(config, topology, batcher, meters, routes -> {});
    }

    private void beside(int threads) {
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(
                    () -> {
                        while (!Thread.currentThread().isInterrupted()) {
                            Thread.onSpinWait();
                        }
                    },
                    "busy-" + i);
            thread.setDaemon(true);
            thread.start();
            busy.add(thread);
        }
    }

    private void feed(int records) {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>("in", ("sensor-" + i % 50).getBytes(UTF_8), new byte[500]));
            }
        }
    }

    private long written() throws Exception {
        long end = 0;
        for (int i = 0; i < PARTITIONS; i++) {
            TopicPartition partition = new TopicPartition("out", i);
            end += admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
        }
        return end;
    }

    @ParameterizedTest(name = "{0} frames of {1} us, {2} runs, beside {3} busy threads a core")
    @CsvSource({
        "6000, 50, 1, 0",
        "6000, 50, 2, 0",
        "6000, 50, 2, 1",
        "3000, 50, 1, 4",
        "800, 1000, 1, 4",
        "2000, 1000, 2, 2"
    })
    void shouldRunFullBatchesAndCommitRarelyWithABacklog(int frames, int micros, int runs, int busyThreadsPerCore)
            throws Exception {
        // Given
        Duration commitInterval = Duration.ofMillis(250);
        createTopics();
        feed(frames);
        beside(busyThreadsPerCore * Runtime.getRuntime().availableProcessors());
        Network network = new Network(Duration.ofMillis(1), Duration.ofNanos(1_000L * micros));
        long begin = System.nanoTime();

        // When
        try (StreamsApp app = stream(runs, network, commitInterval)) {
            assertThat(app.awaitReady(PATIENCE)).isTrue();
            await().atMost(PATIENCE).until(() -> written() >= frames);
        }

        // Then
        double mean = batches.stream().mapToInt(size -> size).average().orElseThrow();
        assertThat(mean).isGreaterThanOrEqualTo(0.9 * 32 / runs);
        long intervals = (System.nanoTime() - begin) / commitInterval.toNanos();
        assertThat(written() - frames)
                .as("transactions, each with a marker in each partition")
                .isLessThanOrEqualTo(PARTITIONS * (intervals + 2));
    }

    @Test
    void shouldCommitImmediatelyWithoutABacklog() throws Exception {
        // Given
        Duration commitInterval = Duration.ofSeconds(10);
        createTopics();
        List<Duration> latencies = new ArrayList<>();

        // When
        try (StreamsApp app = stream(2, new Network(Duration.ofMillis(1), Duration.ZERO), commitInterval);
                var reader = reader()) {
            assertThat(app.awaitReady(PATIENCE)).isTrue();
            for (int i = 0; i < 5; i++) {
                long begin = System.nanoTime();
                feed(1);
                while (reader.poll(Duration.ofSeconds(1)).isEmpty()) {
                    assertThat(System.nanoTime() - begin).isLessThan(PATIENCE.toNanos());
                }
                latencies.add(Duration.ofNanos(System.nanoTime() - begin));
            }
        }

        // Then: none waited for the interval, at most for the pause between commits
        assertThat(latencies).allMatch(latency -> latency.compareTo(commitInterval.dividedBy(2)) < 0);
    }
}
