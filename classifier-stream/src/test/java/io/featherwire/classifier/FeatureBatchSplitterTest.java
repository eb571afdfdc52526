package io.featherwire.classifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.runtime.StreamsSettings;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.deadletter.DeadLetterNode;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.runtime.metrics.BatchMetrics;
import io.featherwire.runtime.record.RecordLimits;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.FeatureBatch;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.batch.BatchedFrame;
import io.featherwire.schemas.batch.FeatureBatches;
import io.featherwire.schemas.gate.RepeatMark;
import io.featherwire.schemas.serde.AvroSerde;
import io.featherwire.schemas.serde.TopicSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FeatureBatchSplitterTest {
    private static final long OUTBOX = 77;
    private static final Instant NOW = Instant.ofEpochMilli(1_764_460_800_000L);
    private static final AvroSerde<FeatureBatch> BATCHES = AvroSerde.of(FeatureBatch.class);

    @TempDir
    private Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> batches;
    private TestOutputTopic<String, CompactFeature> features;
    private TestOutputTopic<String, byte[]> deadLetters;

    @BeforeEach
    void open() {
        var config = ClassifierConfig.from(ConfigSources.of(Map.of(
                "bundle",
                directory.toString(),
                "state.dir",
                directory.resolve("state").toString())));
        var part = FeatureBatchTopology.optionalPart(
                config,
                ClassifierSerdes.of(TopicSerdes.withoutRegistry(), config),
                new BatchMetrics(registry, "test"),
                registry);
        var topology = new Topology();
        part.add().accept(topology);
        driver = new TopologyTestDriver(topology, StreamsSettings.toProperties(config.stream()), NOW);
        batches = driver.createInputTopic(part.topic(), new StringSerializer(), new ByteArraySerializer());
        features = driver.createOutputTopic(
                "features",
                new StringDeserializer(),
                AvroSerde.of(CompactFeature.class).deserializer());
        deadLetters = driver.createOutputTopic("dead-letters", new StringDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void shouldSplitABatchIntoTheRecordsOfItsFrames() {
        // Given
        var coded = frame(3, NOW.minusSeconds(2), new byte[] {1, 2, 3});
        RepeatMark.addRepeatable(coded.headers());
        var repeat = frame(5, NOW.minusSeconds(1), new byte[0]);
        RepeatMark.addRepeat(repeat.headers(), RepeatMark.checksum(ByteBuffer.wrap(new byte[] {1, 2, 3})));
        // When
        send("gate", coded, repeat);
        // Then
        List<TestRecord<String, CompactFeature>> singles = features.readRecordsToList();
        assertThat(singles).extracting(TestRecord::key).containsExactly("gate", "gate");
        assertThat(singles).extracting(TestRecord::value).containsExactly(coded.feature(), repeat.feature());
        assertThat(singles).extracting(TestRecord::headers).containsExactly(coded.headers(), repeat.headers());
        assertThat(singles)
                .extracting(TestRecord::timestamp)
                .containsExactly(
                        NOW.minusMillis(1_965).toEpochMilli(),
                        NOW.minusMillis(965).toEpochMilli());
    }

    @Test
    void shouldDropRepeatedFramesInAnyBatch() {
        // When: sent again whole, in other pieces, and by a request that was under way for long
        send("gate", frames(1, 30));
        send("gate", frames(1, 45));
        send("gate", frames(10, 50));
        send("gate", frames(1, 30));
        send("yard", frames(20, 25));
        // Then
        assertThat(numbers("gate")).isEqualTo(range(1, 50));
        assertThat(numbers("yard")).isEqualTo(range(20, 25));
        assertThat(registry.get("featherwire.split.frames")
                        .tag("outcome", "repeated")
                        .counter()
                        .count())
                .isEqualTo(30 + 36 + 30);
        assertThat(deadLetters.isEmpty()).isTrue();
    }

    @Test
    void shouldDeadLetterFramesWhoseNumbersWereUsed() {
        // Given: an outbox that was put back, and goes on from an old number
        send("gate", frames(1, 30));
        // When
        List<BatchedFrame> later = new ArrayList<>();
        for (int number = 28; number <= 32; number++) {
            later.add(frame(number, NOW.plusSeconds(number), new byte[] {9}));
        }
        batches.pipeInput(new TestRecord<>(
                "gate", BATCHES.encode(FeatureBatches.pack(OUTBOX, later)), new RecordHeaders(), NOW.plusSeconds(99)));
        // Then
        assertThat(numbers("gate")).isEqualTo(range(1, 32));
        List<TestRecord<String, byte[]>> letters = deadLetters.readRecordsToList();
        assertThat(letters).hasSize(3);
        assertThat(text(letters.get(0).headers(), DeadLetters.REASON)).isEqualTo("number-used");
        assertThat(text(letters.get(0).headers(), DeadLetters.TOPIC)).isEqualTo("features");
        assertThat(AvroSerde.of(CompactFeature.class).decode(letters.get(0).value()))
                .isEqualTo(later.get(0).feature());
    }

    @Test
    void shouldDeadLetterAMalformedBatchAndAcceptAReplay() {
        // Given
        FeatureBatch good = FeatureBatches.pack(OUTBOX, frames(1, 3));
        byte[] hostile = BATCHES.encode(
                FeatureBatch.newBuilder(good).setFrames(1_000_000_000).build());
        // When
        batches.pipeInput(new TestRecord<>("gate", hostile, new RecordHeaders(), NOW));
        batches.pipeInput(new TestRecord<>("gate", new byte[] {1, 2}, new RecordHeaders(), NOW));
        batches.pipeInput(new TestRecord<>("gate", null, new RecordHeaders(), NOW));
        send("gate", frames(4, 6));
        // Then
        assertThat(numbers("gate")).isEqualTo(range(4, 6));
        List<TestRecord<String, byte[]>> letters = deadLetters.readRecordsToList();
        assertThat(letters)
                .extracting(letter -> text(letter.headers(), DeadLetters.REASON))
                .containsExactly("malformed", "not-avro", "no-value");
        assertThat(letters.get(0).value()).isEqualTo(hostile);
        assertThat(text(letters.get(0).headers(), DeadLetters.MESSAGE))
                .contains("the number of frames is 1000000000, must be 1 to 1024");
        // When: replayed after it could not be read for another reason; its frames are late then
        batches.pipeInput(new TestRecord<>(
                "gate", BATCHES.encode(good), new RecordHeaders(letters.get(1).headers()), NOW));
        // Then
        assertThat(numbers("gate")).isEqualTo(range(1, 3));
    }

    @Test
    void shouldMarkTheDeadLetterAndNotTheRecord() {
        // Given
        var config = ClassifierConfig.from(ConfigSources.of(Map.of("bundle", directory.toString())));
        var serdes = ClassifierSerdes.of(TopicSerdes.withoutRegistry(), config);
        var letters = new DeadLetterNode(
                new DeadLetters(config.stream().recordSize()), FeatureBatchTopology.DEAD_LETTERS_OUT);
        var splitter = new FeatureBatchSplitter(
                new FeatureBatchRecords(serdes.featureBatches(), new RecordLimits(DataSize.ofMebibytes(1))),
                serdes.features(),
                new DeadLetterSender(letters, new BatchMetrics(registry, "mark")),
                "features",
                registry);
        var context = new MockProcessorContext<byte[], byte[]>();
        context.setRecordMetadata("feature-batches", 0, 5);
        context.setCurrentSystemTimeMs(NOW.toEpochMilli());
        splitter.init(context);
        var record = new Record<>("gate".getBytes(UTF_8), new byte[] {1, 2}, NOW.toEpochMilli(), new RecordHeaders());
        // When
        splitter.process(record);
        // Then
        assertThat(record.headers()).isEmpty();
        assertThat(context.forwarded()).singleElement().satisfies(letter -> assertThat(
                        letter.record().headers().lastHeader(FeatureBatchSplitter.REFUSED))
                .isNotNull());
    }

    private void send(String sensor, BatchedFrame... frames) {
        send(sensor, List.of(frames));
    }

    private void send(String sensor, List<BatchedFrame> frames) {
        batches.pipeInput(new TestRecord<>(
                sensor, BATCHES.encode(FeatureBatches.pack(OUTBOX, frames)), new RecordHeaders(), NOW));
    }

    private static List<BatchedFrame> frames(int from, int to) {
        List<BatchedFrame> frames = new ArrayList<>();
        for (int number = from; number <= to; number++) {
            frames.add(frame(number, NOW.minusSeconds(60 - number), new byte[] {1}));
        }
        return frames;
    }

    private static BatchedFrame frame(long number, Instant captured, byte[] payload) {
        return new BatchedFrame(
                number,
                new CompactFeature("f" + number, captured, new Fingerprint(new byte[8]), ByteBuffer.wrap(payload)),
                new RecordHeaders(),
                captured.plus(Duration.ofMillis(35)).toEpochMilli());
    }

    /** Of the sensor's frames that came out since the last call; those of others stay. */
    private List<Integer> numbers(String sensor) {
        read.addAll(features.readRecordsToList());
        List<Integer> numbers = read.stream()
                .filter(single -> single.key().equals(sensor))
                .map(single -> Integer.parseInt(single.value().getFrameId().substring(1)))
                .toList();
        read.removeIf(single -> single.key().equals(sensor));
        return numbers;
    }

    private final List<TestRecord<String, CompactFeature>> read = new ArrayList<>();

    private static List<Integer> range(int from, int to) {
        return java.util.stream.IntStream.rangeClosed(from, to).boxed().toList();
    }

    private static String text(Headers headers, String key) {
        return new String(headers.lastHeader(key).value(), UTF_8);
    }
}
