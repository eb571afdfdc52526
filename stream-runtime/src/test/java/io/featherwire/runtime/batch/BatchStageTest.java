package io.featherwire.runtime.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.runtime.deadletter.RecordReassembly;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.metrics.BatchMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchStageTest {

    private static final Duration NEVER = Duration.ofMinutes(1);
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    private Path stateDirectory;

    private final UpperCaseFunction function = new UpperCaseFunction();
    private final List<AutoCloseable> open = new ArrayList<>();
    private TopologyTestDriver driver;
    private TestInputTopic<String, String> input;
    private TestOutputTopic<String, String> results;
    private TestOutputTopic<String, String> deadLetters;

    /** Upper-cases texts; what to choke on is told by the text itself. */
    private static final class UpperCaseFunction implements BatchFunction<String, String> {
        private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
        private volatile boolean broken;
        /** Fails on every record, and not on the probe. */
        private volatile boolean lame;

        @Override
        public void admit(SourceRecord source) throws BadRecordException {
            if (source.size() > 1 << 20) {
                throw new BadRecordException("decode-record", "record-too-large", "too large", null);
            }
        }

        private volatile @Nullable CyclicBarrier together;

        @Override
        public String prepare(SourceRecord source) throws BadRecordException {
            if (source.value() == null) {
                throw new BadRecordException("decode-record", "empty", "no value", null);
            }
            String text = new String(source.value(), UTF_8);
            if (text.startsWith("hurt")) {
                throw new IllegalStateException("cannot hear");
            }
            if (text.startsWith("registry")) {
                throw new FatalStreamException("the registry is away", new IllegalStateException());
            }
            if (text.startsWith("bad")) {
                throw new BadRecordException("decode-record", "bad", "bad text", null);
            }
            return text;
        }

        @Override
        public List<String> process(List<String> batch) throws Exception {
            batches.add(batch.size());
            CyclicBarrier barrier = together;
            if (barrier != null) {
                barrier.await(1, TimeUnit.MINUTES);
            }
            if (broken || lame || batch.stream().anyMatch(text -> text.startsWith("bug"))) {
                throw new IllegalStateException("cannot shout");
            }
            if (batch.stream().anyMatch(text -> text.startsWith("late"))) {
                throw new BadRecordException("shout", "too-late", "found while shouting", null);
            }
            return batch.stream()
                    .map(text -> text.toUpperCase(java.util.Locale.ROOT))
                    .toList();
        }

        @Override
        public void probe() {
            if (broken) {
                throw new IllegalStateException("cannot even whisper");
            }
        }
    }

    private void start(int size, Duration linger) {
        start(new BatchSettings(size, linger, 2));
    }

    private void start(BatchSettings settings) {
        BatchMetrics metrics = new BatchMetrics(new SimpleMeterRegistry(), "test");
        MicroBatcher<String, String> batcher = new MicroBatcher<>("test", function, settings, metrics);
        Topology topology = new Topology()
                .addSource("in", "in")
                .addProcessor(
                        "shout",
                        new BatchStage<>(batcher, "ring", List.of("out"), "dead", DataSize.ofMebibytes(1)),
                        "in")
                .addSink("out", "out", new ByteArraySerializer(), new StringSerializer(), "shout")
                .addSink("dead", "dead-letters", new ByteArraySerializer(), new ByteArraySerializer(), "shout");
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
        properties.put(
                StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG,
                "org.apache.kafka.common.serialization.Serdes$ByteArraySerde");
        properties.put(
                StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG,
                "org.apache.kafka.common.serialization.Serdes$ByteArraySerde");
        driver = new TopologyTestDriver(topology, properties);
        open.add(batcher);
        input = driver.createInputTopic("in", new StringSerializer(), new StringSerializer());
        results = driver.createOutputTopic("out", new StringDeserializer(), new StringDeserializer());
        deadLetters = driver.createOutputTopic("dead-letters", new StringDeserializer(), new StringDeserializer());
    }

    @AfterEach
    void close() throws Exception {
        driver.close();
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    /** Outcomes come from another thread: gives it time, then looks as a stream thread does. */
    private List<String> awaitResults(int count) {
        List<String> values = new ArrayList<>();
        long deadline = System.nanoTime() + SOON.toNanos();
        while (values.size() < count && System.nanoTime() < deadline) {
            tick();
            values.addAll(results.readValuesToList());
        }
        return values;
    }

    /** Waits until the threads of all runs have nothing to do. */
    private static void awaitRunsAreFree(int runs) {
        await().atMost(SOON)
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                                .filter(thread -> thread.getName().startsWith("test-batcher-")
                                        && thread.getState() == Thread.State.WAITING)
                                .count()
                        == runs);
    }

    private void tick() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        driver.advanceWallClockTime(NEVER);
    }

    @Test
    void shouldNotWaitForFurtherRecordsWithoutMemory() {
        // Given memory for a record or two, and batches that would wait a minute for a hundred
        start(new BatchSettings(100, NEVER, 2, 1, new DataSize(1_024)));
        String long300 = "x".repeat(300);

        // When
        for (int i = 0; i < 5; i++) {
            input.pipeInput("key", long300 + i);
        }

        // Then
        assertThat(awaitResults(4)).hasSizeGreaterThanOrEqualTo(4).startsWith("X".repeat(300) + "0");
        assertThat(function.batches).allSatisfy(size -> assertThat(size).isLessThan(3));
    }

    @Test
    void shouldRunABatchWhenItIsFullAndNotBefore() {
        // Given
        start(4, NEVER);

        // When
        for (String text : List.of("a", "b", "c", "d", "e")) {
            input.pipeInput("sensor", text);
        }

        // Then
        assertThat(awaitResults(4)).containsExactly("A", "B", "C", "D");
        assertThat(driver.<Integer, byte[]>getKeyValueStore("ring").all())
                .toIterable()
                .hasSize(1);

        // When the batch of the fifth is full, too
        for (String text : List.of("f", "g", "h")) {
            input.pipeInput("sensor", text);
        }

        // Then it has not run before
        assertThat(awaitResults(4)).containsExactly("E", "F", "G", "H");
        assertThat(function.batches).containsExactly(4, 4);
    }

    @Test
    void shouldRunAPartialBatchAfterTheLinger() {
        // Given
        start(100, Duration.ofMillis(20));

        // When
        input.pipeInput("sensor", "a");
        input.pipeInput("sensor", "b");

        // Then
        assertThat(awaitResults(2)).containsExactly("A", "B");
        assertThat(driver.<Integer, byte[]>getKeyValueStore("ring").all())
                .toIterable()
                .isEmpty();
    }

    @Test
    void shouldKeepTheOrderOverManyBatchesAndTheLimitOfSlots() {
        // Given
        start(4, Duration.ofMillis(1));
        List<String> texts = IntStream.range(0, 500).mapToObj(i -> "n" + i).toList();

        // When
        texts.forEach(text -> input.pipeInput("sensor", text));

        // Then
        assertThat(awaitResults(500))
                .isEqualTo(texts.stream().map(text -> "N" + text.substring(1)).toList());
        assertThat(function.batches).allMatch(size -> size <= 4);
    }

    @Test
    void shouldRunFullBatchesAtTheSameTimeAndKeepTheirOrder() {
        // Given: neither batch is processed before both are
        start(new BatchSettings(4, NEVER, 2, 2));
        function.together = new CyclicBarrier(2);

        // When
        for (String text : List.of("a", "b", "c", "d")) {
            input.pipeInput("sensor", text);
        }

        // Then
        assertThat(awaitResults(4)).containsExactly("A", "B", "C", "D");
        assertThat(function.batches).containsExactly(2, 2);
    }

    @Test
    void shouldDivideADueBatchAmongIdleRuns() {
        // Given
        start(new BatchSettings(100, Duration.ofSeconds(1), 2, 3));
        function.together = new CyclicBarrier(3);
        awaitRunsAreFree(3);

        // When
        for (String text : List.of("a", "b", "c", "d", "e")) {
            input.pipeInput("sensor", text);
        }

        // Then
        assertThat(awaitResults(5)).containsExactly("A", "B", "C", "D", "E");
        assertThat(function.batches).containsExactlyInAnyOrder(1, 2, 2);
    }

    @Test
    void shouldKeepOrderOverManyBatchesOfSeveralRuns() {
        // Given
        start(new BatchSettings(9, Duration.ofMillis(1), 2, 3));
        List<String> texts = IntStream.range(0, 2_000).mapToObj(i -> "n" + i).toList();

        // When
        texts.forEach(text -> input.pipeInput("sensor", text));

        // Then
        assertThat(awaitResults(2_000))
                .isEqualTo(texts.stream().map(text -> "N" + text.substring(1)).toList());
        assertThat(function.batches).allMatch(size -> size <= 3);
    }

    @Test
    void shouldStopAndRejectNothingWhenTheProbeFailsInOneOfSeveralRuns() {
        // Given
        start(new BatchSettings(4, NEVER, 2, 2));
        function.broken = true;

        // Then: the first run may have failed before the second is full
        assertThatThrownBy(() -> {
                    for (String text : List.of("a", "b", "c", "d")) {
                        input.pipeInput("sensor", text);
                    }
                    awaitResults(4);
                })
                .hasStackTraceContaining("cannot even whisper");
        assertThat(deadLetters.isEmpty()).isTrue();
    }

    @Test
    void shouldRejectOnlyTheRecordAtFaultWhereverItFails() {
        // Given
        start(8, NEVER);
        RecordHeaders headers = new RecordHeaders();
        headers.add("traceparent", "00-1".getBytes(UTF_8)).add("site", "north".getBytes(UTF_8));

        // When
        for (String text : List.of("a", "bad", "b", "late", "c", "bug", "d")) {
            input.pipeInput(new TestRecord<>("sensor", text, headers, 7L));
        }
        input.pipeInput("sensor", (String) null);

        // Then
        assertThat(awaitResults(4)).containsExactly("A", "B", "C", "D");
        List<TestRecord<String, String>> dead = deadLetters.readRecordsToList();
        assertThat(dead).extracting(TestRecord::value).containsExactly("bad", "late", "bug", null);
        assertThat(dead)
                .extracting(letter -> header(letter, DeadLetters.STAGE))
                .containsExactly("decode-record", "shout", "process", "decode-record");
        assertThat(dead)
                .extracting(letter -> header(letter, DeadLetters.REASON))
                .containsExactly("bad", "too-late", "failed", "empty");
        assertThat(dead)
                .extracting(letter -> header(letter, DeadLetters.OFFSET))
                .containsExactly("1", "3", "5", "7");
        assertThat(header(dead.get(0), DeadLetters.TOPIC)).isEqualTo("in");
        assertThat(header(dead.get(0), DeadLetters.TIMESTAMP)).isEqualTo("7");
        assertThat(header(dead.get(0), "site")).isEqualTo("north");
        assertThat(dead.get(0).key()).isEqualTo("sensor");
    }

    @Test
    void shouldPassOnTraceHeadersOnly() {
        // Given
        start(1, NEVER);
        RecordHeaders headers = new RecordHeaders();
        headers.add("traceparent", "00-1".getBytes(UTF_8)).add("site", "north".getBytes(UTF_8));

        // When
        input.pipeInput(new TestRecord<>("sensor", "a", headers, 7L));

        // Then
        long deadline = System.nanoTime() + SOON.toNanos();
        while (results.isEmpty() && System.nanoTime() < deadline) {
            tick();
        }
        TestRecord<String, String> result = results.readRecord();
        assertThat(result.key()).isEqualTo("sensor");
        assertThat(result.headers().toArray()).extracting("key").containsExactly("traceparent");
        assertThat(result.timestamp())
                .isCloseTo(System.currentTimeMillis(), org.assertj.core.data.Offset.offset(60_000L));
    }

    @Test
    void shouldStopAndRejectNothingWhenTheProbeFails() {
        // Given
        start(4, NEVER);
        function.broken = true;

        // When
        for (String text : List.of("a", "b", "c", "d")) {
            input.pipeInput("sensor", text);
        }

        // Then
        assertThatThrownBy(() -> awaitResults(4))
                .hasStackTraceContaining("processing fails even for a frame known to be good: cannot even whisper");
        assertThat(deadLetters.isEmpty()).isTrue();
    }

    @Test
    void shouldContinueWhileTheProbeSucceedsHoweverManyRecordsFail() {
        // Given
        start(4, Duration.ofMillis(1));

        // When
        for (int i = 0; i < 200; i++) {
            input.pipeInput("sensor", (i % 2 == 0 ? "bug" : "hurt") + i);
        }
        input.pipeInput("sensor", "a");

        // Then
        assertThat(awaitResults(1)).containsExactly("A");
        assertThat(deadLetters.readRecordsToList()).hasSize(200).allMatch(letter -> header(letter, DeadLetters.REASON)
                .equals("failed"));
    }

    @Test
    void shouldStopWhenARecordFailsThatWasGoodBeforeThoughTheProbePasses() {
        // Given: one that is good, then a network that fails on everything but the probe
        start(1, Duration.ofMillis(1));
        input.pipeInput("sensor", "a");
        assertThat(awaitResults(1)).containsExactly("A");
        function.lame = true;

        // Then
        assertThatThrownBy(() -> {
                    input.pipeInput("sensor", "b");
                    awaitResults(1);
                })
                .hasStackTraceContaining("processing fails even for a frame known to be good");
        assertThat(deadLetters.isEmpty()).isTrue();
    }

    @Test
    void shouldStopAndRejectNothingIfTheEnvironmentFailsInPreparation() {
        // Given: the probe passes
        start(4, Duration.ofMillis(1));

        // Then
        assertThatThrownBy(() -> {
                    input.pipeInput("sensor", "registry");
                    awaitResults(1);
                })
                .hasStackTraceContaining("the registry is away");
        assertThat(deadLetters.isEmpty()).isTrue();
    }

    @Test
    void shouldDeadLetterATooLargeRecordInPieces() {
        // Given
        start(4, NEVER);
        String huge = "huge".repeat(800_000);
        RecordHeaders headers = new RecordHeaders();
        headers.add("site", "north".getBytes(UTF_8));

        // When
        input.pipeInput(new TestRecord<>("sensor", huge, headers, 7L));

        // Then: nothing was kept for its turn
        assertThat(driver.<Integer, byte[]>getKeyValueStore("ring").all())
                .toIterable()
                .isEmpty();
        var letters = driver.createOutputTopic("dead-letters", new StringDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
        assertThat(letters).hasSizeGreaterThan(1).allMatch(letter -> letter.value().length < 1 << 20);
        RecordReassembly pieces = new RecordReassembly();
        List<SourceRecord> whole = new ArrayList<>();
        letters.forEach(letter -> pieces.add(new ConsumerRecord<>(
                        "dead-letters",
                        0,
                        0,
                        0,
                        TimestampType.CREATE_TIME,
                        0,
                        letter.value().length,
                        letter.key(),
                        letter.value(),
                        letter.headers(),
                        Optional.empty()))
                .ifPresent(whole::add));
        assertThat(whole).hasSize(1);
        assertThat(new String(whole.get(0).value(), UTF_8)).isEqualTo(huge);
        assertThat(whole.get(0).key()).isEqualTo("sensor".getBytes(UTF_8));
        assertThat(whole.get(0).headers()).isEqualTo(headers);
        assertThat(whole.get(0).timestamp()).isEqualTo(7);
    }

    @Test
    void shouldForwardEachRecordImmediatelyWhileDraining() {
        // Given
        start(100, NEVER);
        input.pipeInput("sensor", "a");

        // When
        ((MicroBatcher<?, ?>) open.get(0)).drain();
        input.pipeInput("sensor", "b");

        // Then
        assertThat(results.readValuesToList()).containsExactly("A", "B");
        assertThat(((MicroBatcher<?, ?>) open.get(0)).pending()).isZero();
    }

    private static String header(TestRecord<String, String> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), UTF_8);
    }
}
