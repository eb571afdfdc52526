package io.featherwire.lab.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.cli.cds.TrivialBundle;
import io.featherwire.compressor.CompressorApp;
import io.featherwire.compressor.CompressorConfig;
import io.featherwire.lab.harness.TopicCounter;
import io.featherwire.lab.harness.TrivialImages;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.topics.TopicSetup;
import io.featherwire.runtime.topics.TopicsConfig;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Partitions are added to a topic while a stream reads it. */
@Tag("slow")
final class AddedPartitionsIT {

    private static final Duration SOON = Duration.ofMinutes(3);
    private static final AvroSerde<ImageFrame> FRAMES = AvroSerde.of(ImageFrame.class);
    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);

    @TempDir
    private Path directory;

    @Test
    void shouldStopWithTheCommandsThatLetItContinueWithoutLoss() throws Exception {
        try (var broker = EmbeddedBroker.start(directory.resolve("broker"));
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                var producer = new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            TopicSetup.create(TopicsConfig.from(
                    ConfigSources.of(Map.of("bootstrap.servers", broker.bootstrapServers(), "partitions", "2"))));
            try (var features =
                    TopicCounter.start(broker.bootstrapServers(), "features", record -> FEATURES.decode(record.value())
                            .getFrameId())) {
                // Given
                String why;
                try (var app = compressor(broker)) {
                    send(producer, 0, 20);
                    assertThat(features.awaitRecords(20, SOON)).isTrue();

                    // When
                    admin.createPartitions(Map.of("images", NewPartitions.increaseTo(3)))
                            .all()
                            .get();
                    send(producer, 20, 40);

                    // Then
                    await().atMost(SOON).until(() -> app.app().failure().isPresent());
                    why = app.app().failure().orElseThrow();
                }
                assertThat(why).contains("partitions were added").contains("kafka-topics.sh");

                // When: the commands are run, as often as there is one
                for (int i = 0; i < 5 && features.distinctRecords() < 40; i++) {
                    Matcher command = Pattern.compile("--alter --topic (\\S+) --partitions (\\d+)")
                            .matcher(why);
                    assertThat(command.find()).as(why).isTrue();
                    admin.createPartitions(Map.of(
                                    command.group(1), NewPartitions.increaseTo(Integer.parseInt(command.group(2)))))
                            .all()
                            .get();
                    try (var app = compressor(broker)) {
                        await().atMost(SOON)
                                .until(() -> features.distinctRecords() == 40
                                        || app.app().failure().isPresent());
                        why = app.app().failure().orElse("");
                    }
                }

                // Then
                assertThat(features.distinctRecords()).as(why).isEqualTo(40);
                assertThat(features.duplicateRecords()).isZero();
            }
        }
    }

    private CompressorApp compressor(EmbeddedBroker broker) throws Exception {
        return CompressorApp.start(CompressorConfig.from(ConfigSources.of(Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "state.dir",
                directory.resolve("state").toString(),
                "bundle",
                TrivialBundle.write(directory.resolve("bundle")).toString(),
                "http.port",
                "0",
                "device",
                "cpu",
                // How soon a consumer looks for added partitions.
                "kafka.metadata.max.age.ms",
                "1000"))));
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, int from, int to) {
        for (int n = from; n < to; n++) {
            var image = TrivialImages.image(n);
            String sensor = "s" + n % 5;
            producer.send(new ProducerRecord<>(
                    "images",
                    sensor.getBytes(UTF_8),
                    FRAMES.encode(new ImageFrame(
                            Integer.toString(n),
                            sensor,
                            Instant.now(),
                            ImageEncoding.RGB8,
                            image.width(),
                            image.height(),
                            ByteBuffer.wrap(image.bytes())))));
        }
        producer.flush();
    }
}
