package io.featherwire.compressor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.lab.harness.HostileRecords;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
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
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** Random extreme records among good ones, through the real topology: the good ones come out, the rest are dead letters. */
class HostileImagesTest {
    private static final AvroSerde<ImageFrame> FRAMES = AvroSerde.of(ImageFrame.class);
    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Path directory;
    private CompressorTestDriver topology;
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> images;
    private TestOutputTopic<byte[], byte[]> features;
    private TestOutputTopic<byte[], byte[]> deadLetters;
    private int good;

    @BeforeProperty
    void open() throws Exception {
        directory = Files.createTempDirectory("hostile-images");
        topology = new CompressorTestDriver(directory, Map.of("batch.size", "8", "batch.linger", "1ms"));
        driver = topology.driver;
        images = driver.createInputTopic("images", new ByteArraySerializer(), new ByteArraySerializer());
        features = driver.createOutputTopic("features", new ByteArrayDeserializer(), new ByteArrayDeserializer());
        deadLetters =
                driver.createOutputTopic("dead-letters", new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @AfterProperty
    void close() throws Exception {
        topology.close();
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Provide
    Arbitrary<TestRecord<byte[], byte[]>> records() {
        return Arbitraries.oneOf(listed(), frames(), bytes());
    }

    /** Those that the harness knows, of any topic. */
    private static Arbitrary<TestRecord<byte[], byte[]>> listed() {
        return Arbitraries.integers()
                .between(0, 1_000_000)
                .map(HostileRecords::recordOf)
                .map(hostile -> new TestRecord<>(hostile.key(), hostile.value(), hostile.headers()));
    }

    /** Frames with fields at random, many at their extremes; some of them may be good. */
    private static Arbitrary<TestRecord<byte[], byte[]>> frames() {
        Arbitrary<String> ids = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(1_100),
                Arbitraries.of("", Character.toString(0), "\uD83D\uDE00".repeat(300), "x".repeat(3_000_000)));
        Arbitrary<ImageFrame> frames = Combinators.combine(
                        ids,
                        Arbitraries.strings().ofMaxLength(400),
                        Arbitraries.longs(),
                        Arbitraries.of(ImageEncoding.class),
                        Arbitraries.integers(),
                        Arbitraries.integers(),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(600))
                .as((id, sensor, at, encoding, width, height, bytes) -> new ImageFrame(
                        id, sensor, Instant.ofEpochMilli(at), encoding, width, height, ByteBuffer.wrap(bytes)));
        return Combinators.combine(frames, headers(), Arbitraries.longs().greaterOrEqual(0))
                .as((frame, headers, at) ->
                        new TestRecord<>(frame.getSensorId().getBytes(UTF_8), FRAMES.encode(frame), headers, at));
    }

    /** Keys and values that nobody made. */
    private static Arbitrary<TestRecord<byte[], byte[]>> bytes() {
        Arbitrary<byte[]> bytes =
                Arbitraries.bytes().array(byte[].class).ofMaxSize(2_000).injectNull(0.1);
        return Combinators.combine(bytes, bytes, headers(), Arbitraries.longs().greaterOrEqual(0))
                .as(TestRecord::new);
    }

    private static Arbitrary<Headers> headers() {
        return Combinators.combine(
                        Arbitraries.strings().ofMaxLength(50),
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
    void shouldForwardValidFramesAndDeadLetterTheOthers(
            @ForAll("records") TestRecord<byte[], byte[]> first,
            @ForAll("records") TestRecord<byte[], byte[]> second,
            @ForAll("records") TestRecord<byte[], byte[]> third) {
        // When
        Set<String> due = Set.of(good(), good());
        images.pipeInput(first);
        images.pipeInput(second);
        String last = good();
        images.pipeInput(third);

        // Then
        List<String> out = new ArrayList<>();
        int dead = 0;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (out.size() + dead < 6 && System.nanoTime() < deadline) {
            driver.advanceWallClockTime(Duration.ofMillis(50));
            features.readRecordsToList()
                    .forEach(record -> out.add(FEATURES.decode(record.value()).getFrameId()));
            dead += (int) deadLetters.readRecordsToList().stream()
                    .filter(HostileImagesTest::isFirst)
                    .count();
        }
        assertThat(out).containsAll(due).contains(last);
        assertThat(out.size() + dead).isEqualTo(6);
        assertThat(out.stream().filter(id -> id.startsWith("good-")).collect(Collectors.toSet()))
                .hasSize(3);
    }

    /** A record with many large headers comes in pieces. */
    private static boolean isFirst(TestRecord<byte[], byte[]> letter) {
        var piece = letter.headers().lastHeader(DeadLetters.PIECE);
        return piece == null || new String(piece.value(), UTF_8).startsWith("1/");
    }

    private String good() {
        EncodedImage image = TinyBundle.image(good % 250, 20, 30);
        String id = "good-" + good++;
        images.pipeInput(
                "sensor".getBytes(UTF_8),
                FRAMES.encode(new ImageFrame(
                        id,
                        "sensor",
                        Instant.ofEpochMilli(HostileRecords.extremeTime(good)),
                        ImageEncoding.valueOf(image.encoding().name()),
                        image.width(),
                        image.height(),
                        ByteBuffer.wrap(image.bytes()))));
        return id;
    }
}
