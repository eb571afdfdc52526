package io.featherwire.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.broker.TopicLeaders;
import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.datasets.Dataset;
import io.featherwire.datasets.Datasets;
import io.featherwire.datasets.LabelledImage;
import io.featherwire.datasets.Split;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.AvroSerde;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PublisherIT {

    private static EmbeddedBroker broker;

    @BeforeAll
    static void start(@TempDir Path directory) {
        broker = EmbeddedBroker.start(directory);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private enum EdgeMode {
        PRODUCE_COMPRESS,
        COMPRESS_FROM
    }

    @ParameterizedTest
    @EnumSource
    void shouldPublishPayloadsInEdgeModeAndRejectedImagesWhole(EdgeMode mode, @TempDir Path directory)
            throws Exception {
        // Given
        String name = mode.name();
        topics("i-" + name, "l-" + name, "f-" + name, "d-" + name);
        Bundle bundle = TinyBundle.write(directory);
        EncodedImage noImage = new EncodedImage(ImageEncoding.JPEG, 0, 0, "<html>".getBytes(StandardCharsets.UTF_8));
        List<SourceImage> pictures = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pictures.add(new SourceImage("image " + i, i == 10 ? noImage : TinyBundle.image(10 * i, 5 * i, 200), null));
        }
        Map<String, String> settings = new HashMap<>(Map.of(
                "bundle",
                directory.toString(),
                "batch.size",
                "8",
                "sensors",
                "1",
                "bootstrap.servers",
                broker.bootstrapServers(),
                "topic.images",
                "i-" + name,
                "topic.labels",
                "l-" + name,
                "topic.features",
                "f-" + name,
                "topic.dead.letters",
                "d-" + name));
        PublisherConfig config =
                switch (mode) {
                    case COMPRESS_FROM ->
                        PublisherConfig.fromEdgeSettings(
                                ConfigSources.of(settings).read(PublisherConfig.EDGE_SETTINGS));
                    case PRODUCE_COMPRESS ->
                        PublisherConfig.from(ConfigSources.of(settings)
                                .with(Map.of("compress", "true"))
                                .read(PublisherConfig.SETTINGS));
                };
        // When
        PublishReport report;
        try (var publisher = Publisher.connect(config)) {
            report = publisher.publish(new Pictures(pictures), List.of(), PublishListener.SILENT);
        }
        // Then
        assertThat(report.isComplete()).as(report.toString()).isTrue();
        assertThat(report.images()).isEqualTo(20);
        assertThat(read("i-" + name)).isEmpty();
        List<CompactFeature> features = read("f-" + name).stream()
                .map(message -> AvroSerde.of(CompactFeature.class).decode(message.value()))
                .toList();
        assertThat(features).hasSize(19).allSatisfy(feature -> assertThat(
                        feature.getBundle().bytes())
                .isEqualTo(bundle.fingerprint().bytes()));
        pictures.remove(10);
        try (var compressor = FeatureCompressor.open(bundle, Device.CPU, FeatureCompressor.Options.DEFAULT)) {
            for (int i = 0; i < pictures.size(); i++) {
                assertThat(features.get(i).getPayload().array())
                        .isEqualTo(compressor
                                .compress(List.of(
                                        compressor.prepare(pictures.get(i).image())))
                                .payloads()
                                .get(0));
            }
        }
        var letter = read("d-" + name).get(0);
        assertThat(AvroSerde.of(ImageFrame.class)
                        .decode(letter.value())
                        .getBytes()
                        .array())
                .isEqualTo(noImage.bytes());
        assertThat(letter.headers().lastHeader(DeadLetters.STAGE).value())
                .asString()
                .isEqualTo("decode-image");
        assertThat(letter.headers().lastHeader(DeadLetters.TOPIC).value())
                .asString()
                .isEqualTo("i-" + name);
    }

    @Test
    void shouldCompressTheFilesOfClassFoldersAndPublishTheirLabels(@TempDir Path directory) throws Exception {
        // Given
        topics("i4", "l4", "f4", "d4");
        TinyBundle.write(directory.resolve("bundle"));
        List<Color> colours = List.of(Color.RED, Color.GREEN, Color.BLUE);
        for (int label = 0; label < colours.size(); label++) {
            for (String part : List.of("train", "test")) {
                Path folder = Files.createDirectories(
                        directory.resolve("images").resolve(part).resolve(TinyBundle.CLASSES.get(label)));
                for (int i = 0; i < 5; i++) {
                    Files.write(
                            folder.resolve(i + ".png"),
                            TinyBundle.file(ImageEncoding.PNG, 8 + i, 12, colours.get(label))
                                    .bytes());
                }
            }
        }
        var text = new ByteArrayOutputStream();
        // When
        int exit = edge(directory, directory.resolve("images").toString(), "4")
                .run(new PrintStream(text, true, StandardCharsets.UTF_8), (received, total) -> {}, false);
        // Then
        assertThat(exit).isZero();
        assertThat(text.toString(StandardCharsets.UTF_8))
                .contains("sent 15 images (15 acknowledged) and 15 labels (15 acknowledged)");
        assertThat(read("i4")).isEmpty();
        Map<String, String> labels = read("l4").stream()
                .map(message -> AvroSerde.of(Label.class).decode(message.value()))
                .collect(Collectors.toMap(Label::getFrameId, Label::getLabel));
        List<CompactFeature> features = read("f4").stream()
                .map(message -> AvroSerde.of(CompactFeature.class).decode(message.value()))
                .toList();
        try (var classifier = PayloadClassifier.open(
                Bundle.load(directory.resolve("bundle")), Device.CPU, PayloadClassifier.Options.DEFAULT)) {
            for (CompactFeature feature : features) {
                float[] code = classifier.decode(feature.getPayload().array());
                String predicted = TinyBundle.CLASSES.get(
                        classifier.classify(List.of(code)).get(0).classIndex());
                assertThat(labels.remove(feature.getFrameId())).isEqualTo(predicted);
            }
        }
        assertThat(labels).isEmpty();
    }

    @Test
    void shouldCompressFilesNamedOnStandardInputAndEndWithIt(@TempDir Path directory) throws Exception {
        // Given
        topics("i5", "l5", "f5", "d5");
        TinyBundle.write(directory.resolve("bundle"));
        Path file = Files.write(
                directory.resolve("a picture.png"),
                TinyBundle.file(ImageEncoding.PNG, 9, 9, Color.RED).bytes());
        Path page = Files.writeString(directory.resolve("page.jpg"), "<html>");
        var text = new ByteArrayOutputStream();
        var names = new PipedOutputStream();
        InputStream before = System.in;
        System.setIn(new PipedInputStream(names));
        try {
            var app = edge(directory, "-", "5");
            var exit = CompletableFuture.supplyAsync(() -> {
                try {
                    return app.run(new PrintStream(text, true, StandardCharsets.UTF_8), (received, total) -> {}, false);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            // When
            names.write((file + "\n\n").getBytes(StandardCharsets.UTF_8));
            names.flush();
            // Then the first has left, although there may be more to come
            await().atMost(Duration.ofMinutes(5)).until(() -> read("f5").size() == 1);
            // When
            names.write((directory.resolve("none.png") + "\n" + page + "\n" + file).getBytes(StandardCharsets.UTF_8));
            names.close();
            // Then
            assertThat(exit.get(5, TimeUnit.MINUTES)).isZero();
        } finally {
            System.setIn(before);
        }
        assertThat(read("f5")).hasSize(2);
        assertThat(read("d5")).hasSize(1);
        assertThat(read("l5")).isEmpty();
        assertThat(text.toString(StandardCharsets.UTF_8))
                .contains("sent 3 images (3 acknowledged)")
                .contains("skipped an image that cannot be read: " + directory.resolve("none.png"));
    }

    private static ProducerApp edge(Path directory, String from, String topics) {
        return ProducerApp.forEdge(ConfigSources.of(Map.of(
                "from", from,
                "bundle", directory.resolve("bundle").toString(),
                "bootstrap.servers", broker.bootstrapServers(),
                "topic.images", "i" + topics,
                "topic.labels", "l" + topics,
                "topic.features", "f" + topics,
                "topic.dead.letters", "d" + topics)));
    }

    /** A list of images, once. */
    private record Pictures(List<SourceImage> left) implements ImageSource {

        Pictures {
            left = new ArrayList<>(left);
        }

        @Override
        public SourceImage next() {
            return left.remove(0);
        }

        @Override
        public boolean isExhausted() {
            return left.isEmpty();
        }

        @Override
        public OptionalLong size() {
            return OptionalLong.empty();
        }

        @Override
        public String name() {
            return "list";
        }
    }

    @Test
    void shouldPublishEveryImageAsItIsAndALabelForEach() throws Exception {
        // Given
        topics("i1", "l1");
        Dataset dataset = Datasets.open("synthetic");
        Split split = dataset.test().first(60);
        // When
        PublishReport report;
        try (var publisher = Publisher.connect(config("i1", "l1", Map.of("sensors", "3", "trace", "true")))) {
            report = publisher.publish(
                    new DatasetSource("synthetic", dataset.classes(), split, false),
                    dataset.classes(),
                    PublishListener.SILENT);
        }
        // Then
        assertThat(report.isComplete()).as(report.toString()).isTrue();
        assertThat(report.imagesAcknowledged()).isEqualTo(60);
        List<ConsumerRecord<String, byte[]>> images = read("i1");
        Map<String, ImageFrame> byId = new HashMap<>();
        for (var image : images) {
            ImageFrame frame = AvroSerde.of(ImageFrame.class).decode(image.value());
            assertThat(image.key()).isEqualTo(frame.getSensorId());
            assertThat(image.headers().lastHeader("traceparent").value()).hasSize(55);
            byId.put(frame.getFrameId(), frame);
        }
        assertThat(byId).hasSize(60);
        Map<String, List<String>> published = new HashMap<>();
        for (var message : read("l1")) {
            Label label = AvroSerde.of(Label.class).decode(message.value());
            ImageFrame frame = byId.get(label.getFrameId());
            assertThat(frame.getSensorId()).isEqualTo(message.key());
            published
                    .computeIfAbsent(digest(frame.getBytes().array()), key -> new ArrayList<>())
                    .add(label.getLabel());
        }
        for (int i = 0; i < split.size(); i++) {
            LabelledImage image = split.get(i);
            assertThat(published.get(digest(image.image().bytes())))
                    .containsExactly(dataset.classes().get(image.label()));
        }
        assertThat(images.stream().map(ConsumerRecord::key).collect(Collectors.toSet()))
                .hasSize(3);
    }

    @Test
    void shouldPublishInvalidFilesUnchangedAndSkipTooLargeOnes(@TempDir Path folder) throws Exception {
        // Given
        topics("i2", "l2");
        Files.write(folder.resolve("empty.jpg"), new byte[0]);
        Files.writeString(folder.resolve("page.jpg"), "<html>not an image</html>");
        Files.write(folder.resolve("big.png"), new byte[5000]);
        var app = ProducerApp.of(ConfigSources.of(Map.of(
                "data", folder.toString(),
                "bootstrap.servers", broker.bootstrapServers(),
                "topic.images", "i2",
                "topic.labels", "l2",
                "image.bytes.max", "4KiB")));
        var text = new ByteArrayOutputStream();
        // When
        int exit = app.run(new PrintStream(text, true, StandardCharsets.UTF_8), (received, total) -> {}, false);
        // Then
        assertThat(exit).isZero();
        assertThat(read("i2")).hasSize(2);
        assertThat(read("l2")).isEmpty();
        assertThat(text.toString(StandardCharsets.UTF_8))
                .contains("sent 2 images (2 acknowledged)")
                .contains("skipped big.png: 5,000 bytes are more than image.bytes.max=4KiB");
    }

    @Test
    void shouldKeepToTheRateAndTheCountWhenItLoops() throws Exception {
        // Given
        topics("i3", "l3");
        Dataset dataset = Datasets.open("synthetic");
        // When
        PublishReport report;
        try (var publisher = Publisher.connect(config("i3", "l3", Map.of("rate", "50", "count", "60")))) {
            report = publisher.publish(
                    new DatasetSource("x", dataset.classes(), dataset.test().first(7), true),
                    List.of(),
                    PublishListener.SILENT);
        }
        // Then
        assertThat(read("i3")).hasSize(60);
        assertThat(report.elapsed()).isGreaterThanOrEqualTo(Duration.ofMillis(1_150));
    }

    @Test
    void shouldReportLostRecordsIfTheTopicDoesNotExist() {
        var source = new DatasetSource("x", List.of("a"), new OnePixel(), false);
        PublishReport report;
        try (var publisher = Publisher.connect(config("nowhere", "l1", Map.of("kafka.max.block.ms", "300")))) {
            report = publisher.publish(source, List.of(), PublishListener.SILENT);
        }
        assertThat(report.isComplete()).isFalse();
        assertThat(report.failure()).contains("topic nowhere");
    }

    private record OnePixel() implements Split {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public LabelledImage get(int index) {
            return new LabelledImage("pixel", new EncodedImage(ImageEncoding.RGB8, 1, 1, new byte[3]), 0);
        }
    }

    private static PublisherConfig config(String images, String labels, Map<String, String> more) {
        Map<String, String> flags = new HashMap<>(more);
        flags.put("bootstrap.servers", broker.bootstrapServers());
        flags.put("topic.images", images);
        flags.put("topic.labels", labels);
        SettingValues values = ConfigSources.of(flags).read(PublisherConfig.SETTINGS);
        return PublisherConfig.from(values);
    }

    private static void topics(String... names) throws Exception {
        try (var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(names).stream()
                            .map(name -> new NewTopic(name, 2, (short) 1))
                            .toList())
                    .all()
                    .get();
            TopicLeaders.await(admin, List.of(names), 2);
        }
    }

    private static List<ConsumerRecord<String, byte[]>> read(String topic) {
        Map<String, Object> properties = Map.of("bootstrap.servers", broker.bootstrapServers());
        List<ConsumerRecord<String, byte[]>> all = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, 2)
                    .mapToObj(i -> new TopicPartition(topic, i))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long expected = consumer.endOffsets(partitions).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            while (all.size() < expected) {
                consumer.poll(Duration.ofSeconds(1)).forEach(all::add);
            }
        }
        return all;
    }

    private static String digest(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
