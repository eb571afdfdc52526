package io.featherwire.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.gate.RepeatMark;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads the topic of features with a consumer from a real broker, and runs the example of the documentation. */
class FeatureDeserializerIT {

    /**
     * A code in whole steps of the tiny bundle's quantiser. The bundle's decoder is the identity, so that the feature
     * equals the code.
     */
    private static final float[] VALUES = {0, 0.125f, -1, 1.5f, 2, -2, 0.25f, 0.5f, -0.75f, 1, 1.25f, 0};

    private static final Instant CAPTURED = Instant.ofEpochMilli(1_700_000_000_000L);
    private static final TopicPartition PARTITION = new TopicPartition("features", 0);

    @TempDir
    private Path directory;

    private EmbeddedBroker broker;
    private Bundle bundle;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"));
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("features", 1, (short) 1)))
                    .all()
                    .get();
        }
        bundle = TinyBundle.write(directory.resolve("bundles").resolve("tiny"));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void shouldReadFeaturesAndSayWhichRecordCannotBeRead() throws Exception {
        // Given a feature, a truncated payload, a record without value, and a feature
        byte[] payload = bundle.payloadCodec().encode(VALUES, PayloadMode.PACKED);
        publish(record("f1", payload), record("f2", new byte[] {payload[0]}), null, record("f4", payload));
        var seen = new ArrayList<ConsumerRecord<String, Feature>>();
        var problems = new ArrayList<RecordDeserializationException>();

        // When the topic is read with a consumer's configuration alone
        try (var consumer = new KafkaConsumer<String, Feature>(configuration())) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            while (seen.size() < 3) {
                try {
                    consumer.poll(Duration.ofSeconds(1)).forEach(seen::add);
                } catch (RecordDeserializationException e) {
                    problems.add(e);
                    consumer.seek(e.topicPartition(), e.offset() + 1);
                }
            }
        }

        // Then
        assertThat(seen).extracting(ConsumerRecord::key).containsOnly("gate-3");
        Feature first = seen.get(0).value();
        assertThat(first.frameId()).isEqualTo("f1");
        assertThat(first.capturedAt()).isEqualTo(CAPTURED);
        assertThat(first.bundle()).isEqualTo(bundle.fingerprint());
        assertThat(first.payload()).isEqualTo(payload);
        assertThat(first.shape()).isEqualTo(new TensorShape(3, 2, 2));
        assertThat(first.values()).containsExactly(VALUES);
        assertThat(seen.get(1).value()).isNull();
        assertThat(seen.get(2).value().frameId()).isEqualTo("f4");
        assertThat(problems).hasSize(1);
        assertThat(problems.get(0).offset()).isEqualTo(1);
        assertThat(problems.get(0)).hasRootCauseMessage("the payload is truncated");
    }

    @Test
    void shouldReadAsTheDocumentationShows() throws Exception {
        // Given
        publish(record("f1", bundle.payloadCodec().encode(VALUES, PayloadMode.ENTROPY)));
        Map<String, Object> config = new HashMap<>(configuration());
        config.put("group.id", "readers");
        config.put("auto.offset.reset", "earliest");
        var printed = new ArrayList<String>();

        // When: one poll may return before the group has its partitions
        try (FeatureDeserializer features = new FeatureDeserializer(directory.resolve("bundles"));
                KafkaConsumer<String, Feature> consumer =
                        new KafkaConsumer<>(config, new StringDeserializer(), features)) {
            consumer.subscribe(List.of("features"));
            while (printed.isEmpty()) {
                // example
                for (ConsumerRecord<String, Feature> record : consumer.poll(Duration.ofSeconds(1))) {
                    Feature feature = record.value();
                    float[] values = feature.values();
                    printed.add(record.key() + " " + feature.frameId() + ": " + feature.shape() + " " + values[1]);
                }
                // example
            }
        }

        // Then
        assertThat(printed).containsExactly("gate-3 f1: 3x2x2 0.125");
        String source = Files.readString(
                Path.of("src/test/java", FeatureDeserializerIT.class.getName().replace('.', '/') + ".java"));
        String example = source.split("// example\n")[1]
                .strip()
                .lines()
                .map(line -> line.replaceFirst("^ {16}", ""))
                .collect(Collectors.joining("\n"))
                .replace("printed.add(", "System.out.println(");
        assertThat(Path.of("..", "docs", "use", "features.md")).content().contains(example);
    }

    @Test
    void shouldReportMissingSettings() throws Exception {
        try (var deserializer = new FeatureDeserializer()) {
            assertThatThrownBy(() -> deserializer.configure(Map.of(), false))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("featherwire.bundles is not set");
            assertThatThrownBy(() -> deserializer.configure(
                            Map.of(
                                    FeatureDeserializer.BUNDLES,
                                    directory.resolve("absent").toString()),
                            false))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("absent");
        }
        try (var deserializer =
                new FeatureDeserializer(directory.resolve("bundles").resolve("tiny"))) {
            byte[] other = new CompactRecord("f1", new byte[8], new byte[] {1}).encoded();
            assertThatThrownBy(() -> deserializer.deserialize("features", other))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining("Cannot read the feature of frame f1")
                    .hasMessageContaining("bundle 0000000000000000");
        }
    }

    @Test
    void shouldGiveARepeatThePayloadThatItRepeats() throws Exception {
        // Given
        byte[] payload = bundle.payloadCodec().encode(VALUES, PayloadMode.PACKED);
        int checksum = RepeatMark.checksum(ByteBuffer.wrap(payload));
        var repeatable = new RecordHeaders();
        RepeatMark.addRepeatable(repeatable);
        var repeat = new RecordHeaders();
        RepeatMark.addRepeat(repeat, checksum);
        try (var deserializer = new FeatureDeserializer(directory.resolve("bundles"))) {
            assertThatThrownBy(() -> deserializer.deserialize("features", repeat, record("f1", new byte[0])))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining("Cannot read a repeat");

            // When
            deserializer.deserialize("features", repeatable, record("f1", payload));
            Feature feature = deserializer.deserialize("features", repeat, record("f2", new byte[0]));

            // Then
            assertThat(feature.frameId()).isEqualTo("f2");
            assertThat(feature.values()).containsExactly(VALUES);
        }
    }

    private Map<String, Object> configuration() {
        return Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "key.deserializer", StringDeserializer.class.getName(),
                "value.deserializer", FeatureDeserializer.class.getName(),
                "featherwire.bundles", directory.resolve("bundles").toString());
    }

    private byte[] record(String frameId, byte[] payload) {
        return new CompactRecord(frameId, bundle.fingerprint().bytes(), payload).encoded();
    }

    private record CompactRecord(String frameId, byte[] bundle, byte[] payload) {
        byte[] encoded() {
            return AvroSerde.of(CompactFeature.class)
                    .encode(CompactFeature.newBuilder()
                            .setFrameId(frameId)
                            .setCapturedAt(CAPTURED)
                            .setBundle(new Fingerprint(bundle))
                            .setPayload(ByteBuffer.wrap(payload))
                            .build());
        }
    }

    private void publish(byte[]... values) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (byte[] value : values) {
                producer.send(new ProducerRecord<>("features", "gate-3", value)).get();
            }
        }
    }
}
