package io.featherwire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.testing.TinyGraph;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bundle that is fitted to the images of a topic, on a real broker. */
class BundleFromTopicIT {

    private static final int SIZE = 8;

    @TempDir
    private Path directory;

    private EmbeddedBroker broker;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"));
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("images", 3, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void shouldFitToTheImagesOfATopicAndReuseThem() throws Exception {
        // Given images of every encoding, and records that are none
        publish(720);
        Path model = model();
        Path cache = directory.resolve("cache");

        // When
        String first = create(model, cache, "first", "90");

        // Then they come from all over the topic, the bad ones left out
        assertThat(first).contains("images: 5").contains("bundle ");
        Bundle bundle = Bundle.load(directory.resolve("first"));
        assertThat(bundle.manifest().featureShape().sides()).containsExactly(6, 1, 1);
        Path kept;
        try (Stream<Path> entries = Files.list(cache)) {
            kept = entries.filter(Files::isDirectory).findFirst().orElseThrow();
        }
        List<String> names = names(kept);
        assertThat(names).filteredOn(name -> name.endsWith(".jpg")).hasSizeGreaterThan(100);
        assertThat(names).filteredOn(name -> name.endsWith(".png")).hasSizeGreaterThan(250);
        assertThat(names)
                .filteredOn(name -> name.endsWith(".none"))
                .isNotEmpty()
                .hasSizeLessThan(60);
        assertThat(names).filteredOn(name -> !name.endsWith(".txt")).hasSizeBetween(598, 602);
        assertThat(names.stream().map(name -> name.charAt(0)).distinct()).contains('0', '1', '2');

        // When it is run again, after some images were lost, with another quality, while the topic has grown
        for (String name : names.subList(0, 20)) {
            Files.delete(kept.resolve(name));
        }
        publish(100);
        String second = create(model, cache, "second", "99");

        // Then
        assertThat(names(kept)).isEqualTo(names);
        assertThat(second).doesNotContain("features 16/");
        try (Stream<Path> entries = Files.list(cache)) {
            assertThat(entries.filter(file -> file.toString().endsWith(".features")))
                    .as("the features of the same images, used again")
                    .hasSize(1);
        }
    }

    @Test
    void shouldSayWhatIsMissing() throws Exception {
        publish(10);
        var err = new StringWriter();

        assertThat(execute(new StringWriter(), err, model(), "--images-topic", "images"))
                .isNotZero();
        assertThat(err.toString()).contains("Cannot fit a codec to the 10 records of topic images");
        err.getBuffer().setLength(0);
        assertThat(execute(new StringWriter(), err, model(), "--images-topic", "absent"))
                .isNotZero();
        assertThat(err.toString()).contains("there is no topic \"absent\"");
        err.getBuffer().setLength(0);
        assertThat(execute(new StringWriter(), err, model())).isEqualTo(2);
        assertThat(err.toString()).contains("--images");
    }

    private String create(Path model, Path cache, String name, String quality) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exit = execute(
                out,
                err,
                model,
                "--images-topic",
                "images",
                "--max-images",
                "600",
                "--cache",
                cache.toString(),
                "--out",
                directory.resolve(name).toString(),
                "--quality",
                quality);
        assertThat(exit).as(() -> out + "\n" + err).isZero();
        return out.toString();
    }

    private int execute(StringWriter out, StringWriter err, Path model, String... more) {
        var line = Featherwire.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        String[] base = {
            "bundle", "create", model.toString(), "--preset", "none", "--bootstrap-servers", broker.bootstrapServers()
        };
        return line.execute(Stream.concat(Stream.of(base), Stream.of(more)).toArray(String[]::new));
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Six means of a convolution, and three logits. */
    private Path model() throws IOException {
        Random random = new Random(1);
        Path file = directory.resolve("model.onnx");
        new TinyGraph()
                .input("image", 3, SIZE, SIZE)
                .output("logits", 3)
                .weights("w", weights(random, 6 * 3 * 3 * 3), 6, 3, 3, 3)
                .weights("h", weights(random, 6 * 3), 6, 3)
                .node("Conv", List.of("image", "w"), "map")
                .node("Relu", List.of("map"), "positive")
                .node("GlobalAveragePool", List.of("positive"), "mean")
                .node("Flatten", List.of("mean"), "vector")
                .node("Gemm", List.of("vector", "h"), "logits")
                .write(file);
        return file;
    }

    private static float[] weights(Random random, int count) {
        float[] weights = new float[count];
        for (int i = 0; i < count; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        return weights;
    }

    private void publish(int count) throws Exception {
        AvroSerde<ImageFrame> serde = AvroSerde.of(ImageFrame.class);
        Random random = new Random(2);
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < count; i++) {
                String sensor = "sensor-" + i % 7;
                byte[] value = i % 24 == 23 ? new byte[] {1, 2, 3} : serde.encode(frame(i, sensor, random));
                producer.send(new ProducerRecord<>("images", i % 3, sensor, value));
            }
        }
    }

    private static ImageFrame frame(int number, String sensor, Random random) throws IOException {
        var image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
        var graphics = image.createGraphics();
        for (int i = 0; i < 4; i++) {
            graphics.setColor(new Color(random.nextInt(1 << 24)));
            graphics.fillRect(random.nextInt(SIZE), random.nextInt(SIZE), SIZE, SIZE);
        }
        graphics.dispose();
        ImageEncoding encoding = ImageEncoding.values()[number / 3 % 3];
        byte[] bytes;
        if (encoding == ImageEncoding.RGB8) {
            bytes = new byte[3 * SIZE * SIZE];
            for (int i = 0; i < SIZE * SIZE; i++) {
                int pixel = image.getRGB(i % SIZE, i / SIZE);
                bytes[3 * i] = (byte) (pixel >> 16);
                bytes[3 * i + 1] = (byte) (pixel >> 8);
                bytes[3 * i + 2] = (byte) pixel;
            }
        } else {
            var out = new ByteArrayOutputStream();
            ImageIO.write(image, encoding.name(), out);
            bytes = out.toByteArray();
        }
        boolean raw = encoding == ImageEncoding.RGB8;
        return ImageFrame.newBuilder()
                .setFrameId("f" + number)
                .setSensorId(sensor)
                .setCapturedAt(Instant.ofEpochMilli(1_700_000_000_000L + number))
                .setEncoding(encoding)
                .setWidth(raw ? SIZE : 0)
                .setHeight(raw ? SIZE : 0)
                .setBytes(ByteBuffer.wrap(bytes))
                .build();
    }
}
