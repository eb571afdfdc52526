package io.featherwire.cli.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.featherwire.classifier.ClassifierApp;
import io.featherwire.classifier.ClassifierConfig;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.compressor.CompressorApp;
import io.featherwire.compressor.CompressorConfig;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.topics.TopicSetup;
import io.featherwire.runtime.topics.TopicsConfig;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The whole pipeline on the image of a broker that operators run, which freezes in between: what a broker in this process
 * cannot show. Maven profile {@code containers}; red where there is no Docker or no image.
 */
@Tag("containers")
class BrokerContainerIT {

    private static final String IMAGE = System.getenv().getOrDefault("KAFKA_IMAGE", "apache/kafka:4.4.0");
    private static final int FRAMES = 300;
    private static final int PARTITIONS = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    private Path directory;

    private KafkaContainer kafka;

    @BeforeEach
    void start() throws Exception {
        kafka = new KafkaContainer(DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("apache/kafka"));
        kafka.start();
        TopicSetup.create(TopicsConfig.from(ConfigSources.of(
                Map.of("bootstrap.servers", kafka.getBootstrapServers(), "partitions", Integer.toString(PARTITIONS)))));
    }

    @AfterEach
    void stop() {
        kafka.stop();
    }

    @Test
    void shouldLoseNoFrameToABrokerThatFreezes() throws Exception {
        // Given
        TinyBundle.write(directory.resolve("bundle"));
        try (var compressor = CompressorApp.start(CompressorConfig.from(sources("compressor")));
                var classifier = ClassifierApp.start(ClassifierConfig.from(sources("classifier")))) {
            assertThat(compressor.app().awaitReady(PATIENCE)).isTrue();
            assertThat(classifier.app().awaitReady(PATIENCE)).isTrue();

            // When
            publish(0, FRAMES / 3);
            freeze(() -> publish(FRAMES / 3, FRAMES * 2 / 3), Duration.ofSeconds(8));
            publish(FRAMES * 2 / 3, FRAMES);

            // Then
            await().atMost(PATIENCE).until(() -> Set.copyOf(classified()).size() == FRAMES);
            assertThat(compressor.app().awaitReady(PATIENCE)).isTrue();
            assertThat(classifier.app().awaitReady(PATIENCE)).isTrue();
        }
        // And none is repeated, now that both have stopped and nothing comes any more
        assertThat(classified())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, FRAMES).mapToObj(i -> "f" + i).toList());
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Halts the broker's processes as they are, in the midst of what the step does, and lets them go on after a while. */
    private void freeze(Step meanwhile, Duration time) throws Exception {
        var docker = kafka.getDockerClient();
        docker.pauseContainerCmd(kafka.getContainerId()).exec();
        var thaw = new Thread(() -> {
            try {
                Thread.sleep(time.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            docker.unpauseContainerCmd(kafka.getContainerId()).exec();
        });
        thaw.start();
        try {
            meanwhile.run();
        } finally {
            thaw.join();
        }
    }

    private void publish(int from, int to) throws Exception {
        var serde = AvroSerde.of(ImageFrame.class);
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", kafka.getBootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (int i = from; i < to; i++) {
                var image = TinyBundle.image(200, 20, 20);
                var frame = new ImageFrame(
                        "f" + i,
                        "s" + i % 7,
                        Instant.now(),
                        ImageEncoding.valueOf(image.encoding().name()),
                        image.width(),
                        image.height(),
                        ByteBuffer.wrap(image.bytes()));
                producer.send(new ProducerRecord<>("images", frame.getSensorId(), serde.encode(frame)));
            }
        }
    }

    /** The frames that are classified by now, each as often as it was. */
    private List<String> classified() {
        List<String> frames = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers",
                        kafka.getBootstrapServers(),
                        "auto.offset.reset",
                        "earliest",
                        "isolation.level",
                        "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            var partitions = IntStream.range(0, PARTITIONS)
                    .mapToObj(partition -> new TopicPartition("classifications", partition))
                    .toList();
            consumer.assign(partitions);
            var ends = consumer.endOffsets(partitions);
            var serde = AvroSerde.of(Classification.class);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    frames.add(serde.decode(record.value()).getFrameId());
                }
            }
        }
        return frames;
    }

    private ConfigSources sources(String name) {
        return ConfigSources.of(Map.of(
                "bootstrap.servers",
                kafka.getBootstrapServers(),
                "bundle",
                directory.resolve("bundle").toString(),
                "device",
                "cpu",
                "http.port",
                "0",
                "state.dir",
                directory.resolve(name).toString()));
    }
}
