package io.featherwire.cli.operations;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.classifier.ClassifierApp;
import io.featherwire.cli.cds.TrivialBundle;
import io.featherwire.codec.image.UnusualImageFiles;
import io.featherwire.compressor.CompressorApp;
import io.featherwire.lab.harness.AppProcess;
import io.featherwire.lab.harness.TopicCounter;
import io.featherwire.lab.harness.TrivialImages;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.topics.TopicSetup;
import io.featherwire.runtime.topics.TopicsConfig;
import io.featherwire.schemas.Classification;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Well-formed and malformed images at the limits, several of each at once, among good ones, through both streams with small heaps. */
class ExtremeImagesIT {

    private static final Duration SOON = Duration.ofMinutes(15);
    private static final int GOOD_EACH = 3;
    private static final int SENSORS = 7;
    private static final AvroSerde<ImageFrame> FRAMES = AvroSerde.of(ImageFrame.class);
    private static final AvroSerde<Classification> CLASSIFICATIONS = AvroSerde.of(Classification.class);
    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);
    private static final Path CASES = Path.of("../../shared/cases");

    private record Extreme(String name, ImageEncoding encoding, int width, int height, byte[] bytes) {}

    @TempDir
    private Path directory;

    private EmbeddedBroker broker;
    private KafkaProducer<byte[], byte[]> producer;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"));
        TopicSetup.create(TopicsConfig.from(
                ConfigSources.of(Map.of("bootstrap.servers", broker.bootstrapServers(), "partitions", "2"))));
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "max.request.size", Integer.toString(16 << 20)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        TrivialBundle.write(directory.resolve("bundle"));
    }

    @AfterEach
    void stop() {
        producer.close();
        broker.close();
    }

    @Test
    @Tag("long")
    void shouldClassifyOrDeadLetterEachImageWithoutStopping() throws Exception {
        // Given
        List<Extreme> extremes = extremes();
        int good = 0;
        for (Extreme extreme : extremes) {
            send("odd-" + extreme.name(), extreme);
            for (int i = 0; i < GOOD_EACH; i++) {
                var image = TrivialImages.image(good);
                send(
                        "good-" + good++,
                        new Extreme("good", image.encoding(), image.width(), image.height(), image.bytes()));
            }
        }
        // Several of the most costly next to each other
        List<Extreme> costly = extremes.stream()
                .filter(extreme -> extreme.name().startsWith("costly"))
                .toList();
        assertThat(costly).hasSize(4);
        for (int round = 0; round < 3; round++) {
            for (Extreme extreme : costly) {
                send("odd-" + extreme.name() + "-again-" + round, extreme);
            }
        }
        producer.flush();
        int all = extremes.size() * (1 + GOOD_EACH) + 3 * costly.size();

        try (TopicCounter classified = TopicCounter.start(broker.bootstrapServers(), "classifications", record -> {
                    String id = CLASSIFICATIONS.decode(record.value()).getFrameId();
                    return id.startsWith("good") ? id : "";
                });
                TopicCounter everyClassified =
                        TopicCounter.start(broker.bootstrapServers(), "classifications", record -> CLASSIFICATIONS
                                .decode(record.value())
                                .getFrameId());
                TopicCounter buried =
                        TopicCounter.start(broker.bootstrapServers(), "dead-letters", TopicCounter.DEAD_LETTER)) {
            // When
            try (AppProcess compressor = app("compressor", CompressorApp.class.getName(), "-Xmx768m");
                    AppProcess classifier = app("classifier", ClassifierApp.class.getName(), "-Xmx256m")) {
                // Then
                assertThat(classified.awaitRecords(good, SOON))
                        .as(() -> classified.distinctRecords() + " good, " + buried.distinctRecords()
                                + " dead letters\n" + compressor.logTail() + classifier.logTail())
                        .isTrue();
                awaitAll(all, everyClassified, buried, compressor);
                assertThat(compressor.awaitReady(SOON)).as(compressor::logTail).isTrue();
                assertThat(classifier.awaitReady(SOON)).as(classifier::logTail).isTrue();
            }
            // And again, from what is committed
            send("good-last", extremes.get(0));
            send("good-really-last", good());
            try (AppProcess compressor = app("compressor", CompressorApp.class.getName(), "-Xmx768m");
                    AppProcess classifier = app("classifier", ClassifierApp.class.getName(), "-Xmx256m")) {
                awaitAll(all + 2, everyClassified, buried, compressor);
                assertThat(classifier.isAlive()).as(classifier::logTail).isTrue();
            }
            assertThat(everyClassified.duplicateRecords()).isZero();
            assertThat(buried.duplicateRecords()).isZero();
        }
    }

    @Test
    @Tag("long")
    void shouldReadCompressedRecordsOfWhichItsHeapCouldNotHoldOnePoll() throws Exception {
        // Given: some kilobytes, 640 MiB when they are decompressed, each record within the limits
        try (var compressing = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "compression.type", "zstd",
                        "max.request.size", Integer.toString(16 << 20)),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < 80; i++) {
                compressing.send(new ProducerRecord<>("images", 0, "s".getBytes(UTF_8), new byte[8 << 20]));
            }
        }
        for (int i = 0; i < 20; i++) {
            send("good-" + i, good());
        }
        producer.flush();

        // When
        try (TopicCounter features = TopicCounter.start(
                        broker.bootstrapServers(), "features", record -> FEATURES.decode(record.value())
                                .getFrameId());
                TopicCounter buried =
                        TopicCounter.start(broker.bootstrapServers(), "dead-letters", TopicCounter.DEAD_LETTER);
                AppProcess compressor = app("compressor", CompressorApp.class.getName(), "-Xmx256m")) {
            // Then
            awaitAll(100, features, buried, compressor);
            assertThat(features.distinctRecords()).isEqualTo(20);
            assertThat(features.duplicateRecords() + buried.duplicateRecords()).isZero();
        }
    }

    private static void awaitAll(int all, TopicCounter classified, TopicCounter buried, AppProcess compressor)
            throws InterruptedException {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (classified.distinctRecords() + buried.distinctRecords() < all
                && System.nanoTime() < deadline
                && compressor.isAlive()) {
            Thread.sleep(50);
        }
        assertThat(classified.distinctRecords() + buried.distinctRecords())
                .as(compressor::logTail)
                .isEqualTo(all);
    }

    private static List<Extreme> extremes() throws Exception {
        List<Extreme> all = new ArrayList<>(List.of(
                new Extreme("raw-1-wide", ImageEncoding.RGB8, 1, 2_796_202, new byte[3 * 2_796_202]),
                new Extreme("raw-1-high", ImageEncoding.RGB8, 2_796_202, 1, new byte[3 * 2_796_202]),
                png("png-1-wide", UnusualImageFiles.blankPng(1, 3_400_000, 8, 2, 3, false)),
                png("png-1-high", UnusualImageFiles.blankPng(3_400_000, 1, 16, 6, 4, false)),
                png("png-1-wide-interlaced", UnusualImageFiles.blankPng(1, 3_400_000, 8, 0, 1, true)),
                png("costly-16-bit", UnusualImageFiles.blankPng(8_000, 4_000, 16, 6, 4, false)),
                png("costly-16-bit-interlaced", UnusualImageFiles.blankPng(8_000, 4_000, 16, 6, 4, true)),
                png("costly-bits", UnusualImageFiles.blankPng(5_656, 5_656, 1, 0, 1, false)),
                jpeg("costly-scans", UnusualImageFiles.manyScans(5_656, 12)),
                jpeg("scans-1000", UnusualImageFiles.manyScans(5_656, 1_000)),
                jpeg("scans-small", UnusualImageFiles.manyScans(64, 20_000)),
                png("png-too-many-pixels", UnusualImageFiles.blankPng(40_000, 1_000, 8, 2, 3, false)),
                png("png-largest-sides", header(Integer.MAX_VALUE, Integer.MAX_VALUE)),
                png("png-negative-sides", header(-1, 7)),
                png("png-no-data", header(4_000, 4_000)),
                png("png-bomb", bomb()),
                jpeg("jpeg-cut", cut(UnusualImageFiles.manyScans(2_000, 10))),
                jpeg("jpeg-markers", markers()),
                jpeg("jpeg-named-png", UnusualImageFiles.blankPng(8, 8, 8, 2, 3, false)),
                png("noise", noise())));
        if (Files.isDirectory(CASES)) {
            try (Stream<Path> files = Files.list(CASES)) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".jpg")).toList()) {
                    all.add(jpeg("case-" + file.getFileName(), Files.readAllBytes(file)));
                }
            }
        } else {
            System.out.println("not there: " + CASES);
        }
        return all;
    }

    private static Extreme png(String name, byte[] bytes) {
        return new Extreme(name, ImageEncoding.PNG, 0, 0, bytes);
    }

    private static Extreme jpeg(String name, byte[] bytes) {
        return new Extreme(name, ImageEncoding.JPEG, 0, 0, bytes);
    }

    private static Extreme good() {
        var image = TrivialImages.image(0);
        return new Extreme("good", image.encoding(), image.width(), image.height(), image.bytes());
    }

    private static byte[] header(int width, int height) {
        byte[] small = UnusualImageFiles.blankPng(8, 8, 8, 2, 3, false);
        byte[] sides = ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put(small, 24, 5)
                .array();
        return UnusualImageFiles.join(
                Arrays.copyOf(small, 8),
                UnusualImageFiles.chunk("IHDR", sides),
                Arrays.copyOfRange(small, 33, small.length));
    }

    /** A text of 256 MiB, a profile of 256 MiB and pixels of 256 MiB behind a header of 8 x 8. */
    private static byte[] bomb() {
        byte[] small = UnusualImageFiles.blankPng(8, 8, 8, 2, 3, false);
        byte[] text = UnusualImageFiles.join("Comment\0\0".getBytes(UTF_8), UnusualImageFiles.zeros(1L << 28));
        return UnusualImageFiles.join(
                Arrays.copyOf(small, 33),
                UnusualImageFiles.chunk("zTXt", text),
                UnusualImageFiles.chunk("iCCP", text),
                UnusualImageFiles.chunk("IDAT", UnusualImageFiles.zeros(1L << 28)),
                UnusualImageFiles.chunk("IEND", new byte[0]));
    }

    private static byte[] cut(byte[] file) {
        return Arrays.copyOf(file, file.length / 2);
    }

    /** Segments without meaning, one megabyte in total. */
    private static byte[] markers() {
        byte[] segment = UnusualImageFiles.segment(0xE5, new byte[0]);
        byte[] many = new byte[segment.length * 250_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = segment[i % segment.length];
        }
        byte[] file = UnusualImageFiles.manyScans(64, 1);
        return UnusualImageFiles.join(Arrays.copyOf(file, 2), many, Arrays.copyOfRange(file, 2, file.length));
    }

    private static byte[] noise() {
        byte[] bytes = new byte[1 << 20];
        new Random(1).nextBytes(bytes);
        System.arraycopy(header(100, 100), 0, bytes, 0, 60);
        return bytes;
    }

    private void send(String id, Extreme image) {
        String sensor = "sensor-" + Math.floorMod(id.hashCode(), SENSORS);
        byte[] value = FRAMES.encode(new ImageFrame(
                id,
                sensor,
                Instant.now(),
                image.encoding(),
                image.width(),
                image.height(),
                ByteBuffer.wrap(image.bytes())));
        producer.send(new ProducerRecord<>("images", sensor.getBytes(UTF_8), value));
    }

    private AppProcess app(String name, String main, String heap) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "FEATHERWIRE_BOOTSTRAP_SERVERS",
                broker.bootstrapServers(),
                "FEATHERWIRE_BUNDLE",
                directory.resolve("bundle").toString(),
                "FEATHERWIRE_DEVICE",
                "cpu",
                "FEATHERWIRE_STATE_DIR",
                directory.resolve("state-" + name).toString(),
                "FEATHERWIRE_HTTP_PORT",
                Integer.toString(EmbeddedBroker.freePort())));
        // This test does not check the share of the machine that a stream gets.
        environment.put("FEATHERWIRE_NETWORK_TIMEOUT", "20m");
        if (name.equals("classifier")) {
            environment.put("FEATHERWIRE_DASHBOARD_THUMBNAILS", "true");
        }
        return AppProcess.start(
                name,
                main,
                environment,
                List.of(heap, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                directory.resolve(name + ".log"));
    }
}
