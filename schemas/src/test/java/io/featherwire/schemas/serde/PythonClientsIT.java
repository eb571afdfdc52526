package io.featherwire.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.schemas.ClassProbability;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.ImageFrame;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Python programs of clients/python against a real broker, the Java serdes at the other end. */
@Tag("clients")
class PythonClientsIT {
    private static final String PYTHON = System.getenv().getOrDefault("FEATHERWIRE_PYTHON", "python3");
    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 1, 2, 3};
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', 4};
    private static final Classification CLASSIFICATION = Classification.newBuilder()
            .setFrameId("f1")
            .setSensorId("s1")
            .setLabel("cat")
            .setProbability(0.75f)
            .setTopK(List.of(new ClassProbability("cat", 0.75f)))
            .setBundle(new Fingerprint(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}))
            .setPayloadBytes(321)
            .setCapturedAt(Instant.ofEpochMilli(1_700_000_000_000L))
            .setCompressedAt(Instant.ofEpochMilli(1_700_000_000_010L))
            .setClassifiedAt(Instant.ofEpochMilli(1_700_000_000_042L))
            .build();

    @TempDir
    private Path directory;

    private EmbeddedBroker broker;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"));
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(
                            new NewTopic("images", 1, (short) 1), new NewTopic("classifications", 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void shouldPublishAndSubscribeInSingleObjectEncoding() throws Exception {
        publishAndSubscribe(TopicSerdes.withoutRegistry(), List.of());
    }

    @Test
    @Tag("registry")
    void shouldPublishAndSubscribeThroughARegistry() throws Exception {
        try (var registry = RegistryServer.start(directory.resolve("registry.log"))) {
            var serdes = TopicSerdes.of(Map.of("schema.registry.url", registry.url()));
            serdes.register("images", ImageFrame.class);
            serdes.register("classifications", Classification.class);

            publishAndSubscribe(serdes, List.of("--registry", registry.url()));
        }
    }

    @Test
    void shouldDecodeWhatKcatReads() throws Exception {
        // Given values as kcat -f '%R%s' writes them: a record, none, and bytes that are no record
        byte[] record = TopicSerdes.withoutRegistry()
                .of("classifications", Classification.class)
                .encode(CLASSIFICATION);
        var values = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(values)) {
            out.writeInt(record.length);
            out.write(record);
            out.writeInt(-1);
            out.writeInt(2);
            out.write(new byte[2]);
        }
        var input = Files.write(directory.resolve("values"), values.toByteArray());
        var output = directory.resolve("decode.py.out");

        // When
        var process = new ProcessBuilder(PYTHON, "../clients/python/decode.py", "classifications")
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();

        // Then
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("one is none").isOne();
        assertThat(Files.readAllLines(output))
                .hasSize(3)
                .anySatisfy(line -> assertThat(line)
                        .startsWith("{\"frameId\": \"f1\", \"sensorId\": \"s1\", \"label\": \"cat\"")
                        .contains("\"bundle\": \"0102030405060708\"")
                        .contains("\"capturedAt\": \"2023-11-14T22:13:20+00:00\""))
                .contains("null")
                .anySatisfy(line -> assertThat(line).startsWith("not a record of this topic"));
    }

    private void publishAndSubscribe(TopicSerdes serdes, List<String> registry) throws Exception {
        // Given two images, and a file that is none
        var pictures = Files.createDirectory(directory.resolve("pictures"));
        Files.write(pictures.resolve("a.jpg"), JPEG);
        Files.write(pictures.resolve("b.png"), PNG);
        Files.writeString(pictures.resolve("c.txt"), "no image");

        // When
        var published = python("publish.py", registry, pictures.toString(), "--sensor", "gate-3");
        publish(serdes.of("classifications", Classification.class).encode(CLASSIFICATION));
        var seen = python("subscribe.py", registry, "--count", "1");

        // Then
        assertThat(published).contains("2 of 2 images");
        var frames = frames(serdes.of("images", ImageFrame.class));
        assertThat(frames)
                .extracting(ImageFrame::getSensorId, ImageFrame::getEncoding, frame -> frame.getBytes()
                        .array())
                .containsExactly(tuple("gate-3", ImageEncoding.JPEG, JPEG), tuple("gate-3", ImageEncoding.PNG, PNG));
        assertThat(frames).extracting(ImageFrame::getFrameId).doesNotHaveDuplicates();
        assertThat(Duration.between(frames.get(0).getCapturedAt(), Instant.now()))
                .isLessThan(Duration.ofMinutes(1));
        assertThat(seen).contains("s1 f1: cat 75%, 321 B, 42 ms, bundle 0102030405060708");
    }

    private String python(String program, List<String> more, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                PYTHON, Path.of("../clients/python", program).toString(), "--bootstrap", broker.bootstrapServers()));
        command.addAll(List.of(arguments));
        command.addAll(more);
        var output = directory.resolve(program + ".out");
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended && process.exitValue() == 0).as(() -> read(output)).isTrue();
        return read(output);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void publish(byte[] value) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("classifications", "s1", value)).get();
        }
    }

    private List<ImageFrame> frames(AvroSerde<ImageFrame> serde) {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition("images", 0)));
            var frames = new ArrayList<ImageFrame>();
            consumer.poll(Duration.ofSeconds(20)).forEach(record -> {
                var frame = serde.decode(record.value());
                assertThat(record.key()).isEqualTo(frame.getSensorId());
                frames.add(frame);
            });
            return frames;
        }
    }
}
