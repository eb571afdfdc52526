package io.featherwire.classifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.lab.harness.HostileRecords;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.gate.RepeatMark;
import io.featherwire.schemas.serde.AvroSerde;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.slf4j.LoggerFactory;

/**
 * Random extreme records among good ones, on each topic that the classifier reads, through the real topology: the good ones come out and
 * are counted, the rest are dead letters.
 */
class HostileFeaturesTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);
    private static final AvroSerde<Classification> CLASSIFICATIONS = AvroSerde.of(Classification.class);
    private static final AvroSerde<Label> LABELS = AvroSerde.of(Label.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private SimpleMeterRegistry registry;
    private Path directory;
    private ClassifierTestDriver classifier;
    private Bundle bundle;
    private List<byte[]> payloads;
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> features;
    private TestInputTopic<byte[], byte[]> labels;
    private TestInputTopic<byte[], byte[]> parts;
    private TestOutputTopic<byte[], byte[]> classifications;
    private TestOutputTopic<byte[], byte[]> deadLetters;
    private int good;
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.featherwire");
    private Instant began;

    @BeforeProperty
    void open() throws Exception {
        began = Instant.now();
        log.start();
        logger.addAppender(log);
        directory = Files.createTempDirectory("hostile-features");
        classifier = new ClassifierTestDriver(directory, NOW, Map.of("batch.size", "8", "batch.linger", "1ms"));
        bundle = classifier.bundle;
        payloads = TestRecords.payloads(bundle);
        registry = classifier.registry;
        driver = classifier.driver;
        features = driver.createInputTopic("features", new ByteArraySerializer(), new ByteArraySerializer());
        labels = driver.createInputTopic("labels", new ByteArraySerializer(), new ByteArraySerializer());
        parts = driver.createInputTopic("accuracy-parts", new ByteArraySerializer(), new ByteArraySerializer());
        classifications =
                driver.createOutputTopic("classifications", new ByteArrayDeserializer(), new ByteArrayDeserializer());
        deadLetters =
                driver.createOutputTopic("dead-letters", new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @AfterProperty
    void close() throws Exception {
        logger.detachAppender(log);
        classifier.close();
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
        requireFewLines();
    }

    /** Whatever a client sends, it cannot fill the disk with lines. */
    private void requireFewLines() {
        // Lines may say the same of two topics.
        long most = 2 * (1 + Duration.between(began, Instant.now()).toMinutes());
        var kinds = log.list.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
                .collect(Collectors.groupingBy(
                        event -> event.getLoggerName() + event.getMessage().replaceFirst(" \\(and .*", ""),
                        Collectors.counting()));
        assertThat(kinds.isEmpty()).isEqualTo(good == 0);
        assertThat(kinds).allSatisfy((kind, lines) -> assertThat(lines).as(kind).isLessThanOrEqualTo(most));
    }

    @Provide
    Arbitrary<TestRecord<byte[], byte[]>> records() {
        return Arbitraries.oneOf(listed(), features(), labels(), bytes());
    }

    /** Those that the harness knows, of any topic. */
    private static Arbitrary<TestRecord<byte[], byte[]>> listed() {
        return Arbitraries.integers()
                .between(0, 1_000_000)
                .map(HostileRecords::recordOf)
                .map(hostile -> new TestRecord<>(hostile.key(), hostile.value(), hostile.headers()));
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(1_100), Arbitraries.of("", "red", "x".repeat(3_000_000)));
    }

    /** With payloads that may be good, and fields at random. */
    private Arbitrary<TestRecord<byte[], byte[]>> features() {
        var payload = Arbitraries.oneOf(
                Arbitraries.of(0, 1, 2).map(index -> payloads.get(index)),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(200));
        return Combinators.combine(texts(), Arbitraries.longs(), payload, headers(), keys())
                .as((id, at, bytes, headers, key) -> new TestRecord<>(
                        key, TestRecords.feature(id, bundle, bytes, Instant.ofEpochMilli(at)), headers));
    }

    private static Arbitrary<TestRecord<byte[], byte[]>> labels() {
        return Combinators.combine(texts(), texts(), Arbitraries.longs(), texts(), headers(), keys())
                .as((id, label, at, source, headers, key) -> new TestRecord<>(
                        key, LABELS.encode(new Label(id, label, Instant.ofEpochMilli(at), source, null)), headers));
    }

    /** Keys and values that nobody made. */
    private static Arbitrary<TestRecord<byte[], byte[]>> bytes() {
        return Combinators.combine(
                        keys(),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(2_000).injectNull(0.1),
                        headers())
                .as((key, value, headers) -> new TestRecord<>(key, value, headers));
    }

    private static Arbitrary<byte[]> keys() {
        return Arbitraries.oneOf(
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(1_100),
                        Arbitraries.strings().ofMaxLength(20).map(text -> text.getBytes(UTF_8)),
                        Arbitraries.of("s", "0/0000000000000000/total", "schema/0")
                                .map(text -> text.getBytes(UTF_8)))
                .injectNull(0.05);
    }

    private static Arbitrary<Headers> headers() {
        return Combinators.combine(
                        Arbitraries.of("fw.audit", "traceparent", "", "x", DeadLetters.PIECE),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(1_000).injectNull(0.1),
                        Arbitraries.of(0, 0, 1, 2, 10, 9_000))
                .as((name, value, count) -> {
                    Headers headers = new RecordHeaders();
                    for (int i = 0; i < count; i++) {
                        headers.add(name, value);
                    }
                    return headers;
                });
    }

    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    void shouldForwardValidFeaturesAndDeadLetterTheOthers(
            @ForAll("records") TestRecord<byte[], byte[]> first,
            @ForAll("records") TestRecord<byte[], byte[]> second,
            @ForAll("records") TestRecord<byte[], byte[]> third) {
        // When: labels that may be good ones stay, and no more is known of them
        var due = new ArrayList<String>();
        due.add(good());
        features.pipeInput(first);
        labels.pipeInput(first);
        parts.pipeInput(first);
        due.add(good());
        labels.pipeInput(second);
        features.pipeInput(second);
        parts.pipeInput(third);
        labels.pipeInput(third);
        features.pipeInput(third);
        due.add(good());

        // Then
        var out = new ArrayList<String>();
        int dead = 0;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (out.size() + dead < 6 && System.nanoTime() < deadline) {
            driver.advanceWallClockTime(Duration.ofMillis(50));
            classifications
                    .readRecordsToList()
                    .forEach(record ->
                            out.add(CLASSIFICATIONS.decode(record.value()).getFrameId()));
            dead += (int) deadLetters.readRecordsToList().stream()
                    .filter(letter -> header(letter, DeadLetters.TOPIC).equals("features"))
                    // A record with many large headers comes in pieces.
                    .filter(letter -> letter.headers().lastHeader(DeadLetters.PIECE) == null
                            || header(letter, DeadLetters.PIECE).startsWith("1/"))
                    .count();
        }
        assertThat(out).containsSubsequence(due);
        assertThat(out.size() + dead).isEqualTo(6);
        assertThat(registry.counter("featherwire.classifications", "outcome", "matched")
                        .count())
                .isGreaterThanOrEqualTo(good);
    }

    @Example
    void shouldKeepNoPayloadOfARecordThatIsRefused() {
        // Given
        byte[] small = TestRecords.feature("f", bundle, payloads.get(0), NOW);
        byte[] huge = TestRecords.feature("f", bundle, new byte[12 << 20], NOW);
        byte[] longKey = new byte[1_025];

        // When: all may be repeated, says their header
        for (var record : List.of(
                new TestRecord<>("huge".getBytes(UTF_8), huge, repeatable()),
                new TestRecord<>(longKey, small, repeatable()),
                new TestRecord<>("small".getBytes(UTF_8), small, repeatable()))) {
            features.pipeInput(record);
        }

        // Then
        KeyValueStore<Bytes, byte[]> kept = driver.getKeyValueStore(ClassifierTopology.REPEATED_STORE);
        assertThat(kept.get(Bytes.wrap("small".getBytes(UTF_8)))).isNotNull();
        assertThat(kept.get(Bytes.wrap("huge".getBytes(UTF_8)))).isNull();
        assertThat(kept.get(Bytes.wrap(longKey))).isNull();
    }

    private static Headers repeatable() {
        Headers headers = new RecordHeaders();
        RepeatMark.addRepeatable(headers);
        return headers;
    }

    private static String header(TestRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), UTF_8);
    }

    /** A frame whose label came before it. */
    private String good() {
        int index = good % 3;
        var id = "good-" + good++;
        byte[] sensor = "sensor".getBytes(UTF_8);
        var at = Instant.ofEpochMilli(HostileRecords.extremeTime(good));
        labels.pipeInput(
                sensor, TestRecords.label(id, List.of("red", "green", "blue").get(index), at));
        features.pipeInput(sensor, TestRecords.feature(id, bundle, payloads.get(index), at));
        return id;
    }
}
