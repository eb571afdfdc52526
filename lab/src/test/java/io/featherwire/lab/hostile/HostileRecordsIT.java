package io.featherwire.lab.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.classifier.ClassifierApp;
import io.featherwire.classifier.ClassifierConfig;
import io.featherwire.classifier.accuracy.Ledger;
import io.featherwire.cli.cds.TrivialBundle;
import io.featherwire.compressor.CompressorApp;
import io.featherwire.compressor.CompressorConfig;
import io.featherwire.lab.harness.FrameSender;
import io.featherwire.lab.harness.TopicCounter;
import io.featherwire.lab.harness.TrivialImages;
import io.featherwire.runtime.StreamsApp;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.runtime.deadletter.RecordReassembly;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.topics.TopicSetup;
import io.featherwire.runtime.topics.TopicsConfig;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.AvroSerde;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs both streams, each with a restart, on a broker with Kafka's defaults, with every kind of hostile record among
 * the frames.
 */
@Tag("slow")
final class HostileRecordsIT {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final AvroSerde<Classification> CLASSIFICATIONS = AvroSerde.of(Classification.class);
    private static final AvroSerde<ImageFrame> FRAMES = AvroSerde.of(ImageFrame.class);
    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);
    private static final AvroSerde<Label> LABELS = AvroSerde.of(Label.class);
    private static final int PARTITIONS = 2;
    private static final Schema LATER = later();
    /** A port without a listener. */
    private static final String AWAY = "http://127.0.0.1:9";

    @TempDir
    private Path directory;

    private EmbeddedBroker broker;
    private KafkaProducer<byte[], byte[]> producer;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"));
        TopicSetup.create(TopicsConfig.from(ConfigSources.of(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "partitions", Integer.toString(PARTITIONS)))));
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "compression.type", "zstd",
                        "max.request.size", Integer.toString(64 << 20),
                        "buffer.memory", Integer.toString(128 << 20)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterEach
    void stop() {
        producer.close();
        broker.close();
    }

    @Test
    void shouldClassifyAllGoodRecordsAndDeadLetterTheRest() throws Exception {
        // Given: topics without a limit of the decompressed size, as an earlier release created them
        store("features", "producer");
        var plan = new FrameSender.Plan(900, 0, 7, 3, true, true);
        try (var classifications = TopicCounter.start(broker.bootstrapServers(), "classifications", frame());
                var deadLetters =
                        TopicCounter.start(broker.bootstrapServers(), "dead-letters", TopicCounter.DEAD_LETTER)) {
            try (var compressor = compressor(Map.of());
                    var classifier = classifier(Map.of())) {
                // Given
                odd("accuracy");
                odd("accuracy-parts");

                // When
                try (var feed = FrameSender.start(broker.bootstrapServers(), plan, TrivialImages::image)) {
                    feed.awaitAcknowledged();
                }

                // Then
                assertThat(classifications.awaitRecords(plan.goodFrames(), SOON))
                        .isTrue();
                assertThat(deadLetters.awaitRecords(plan.poisonFrames(), SOON)).isTrue();
                await().atMost(SOON).untilAsserted(() -> assertThat(
                                classifier.liveView().accuracy(Ledger.ALL_BUNDLES, "total"))
                        .hasValueSatisfying(score -> assertThat(score.matched()).isEqualTo(plan.goodFrames())));
                assertThat(compressor.app().failure()).isEmpty();
                assertThat(classifier.app().failure()).isEmpty();
            }

            // When: both streams start again from the committed offsets
            try (var compressor = compressor(Map.of());
                    var classifier = classifier(Map.of())) {
                send("images", "again", frame("again", "last", 0));

                // Then
                assertThat(classifications.awaitRecords(plan.goodFrames() + 1, SOON))
                        .isTrue();
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(classifier.liveView().accuracy(Ledger.ALL_BUNDLES, "total"))
                                .hasValueSatisfying(
                                        score -> assertThat(score.classified()).isEqualTo(plan.goodFrames() + 1)));
                assertThat(compressor.app().isReady()).isTrue();
                assertThat(classifier.app().isReady()).isTrue();
            }
            assertThat(classifications.distinctRecords()).isEqualTo(plan.goodFrames() + 1);
            assertThat(classifications.duplicateRecords()).isZero();
            assertThat(classifications.recordsOutOfOrder()).isZero();
            assertThat(deadLetters.distinctRecords()).isEqualTo(plan.poisonFrames());
            assertThat(deadLetters.duplicateRecords()).isZero();
        }
    }

    @Test
    void shouldNotReceiveACompressedRecordLargerThanTheHeap() throws Exception {
        try (var compressor = compressor(Map.of());
                var classifier = classifier(Map.of());
                var classifications = TopicCounter.start(broker.bootstrapServers(), "classifications", frame())) {
            // When: a record of a few kilobytes when compressed, as a sensor would send it
            byte[] huge = new byte[48 << 20];
            for (var topic : List.of(
                    "images",
                    "labels",
                    "features",
                    "feature-batches",
                    "classifications",
                    "accuracy",
                    "accuracy-parts",
                    "dead-letters",
                    "edge-positions",
                    "edge-gaps")) {
                assertThatThrownBy(() -> producer.send(new ProducerRecord<>(topic, "s".getBytes(UTF_8), huge))
                                .get())
                        .as(topic)
                        .hasCauseInstanceOf(RecordTooLargeException.class);
            }
            send("images", "s", frame("s", "after", 1));

            // Then
            assertThat(classifications.awaitRecords(1, SOON)).isTrue();
            assertThat(compressor.app().failure()).isEmpty();
            assertThat(classifier.app().failure()).isEmpty();
        }
        assertThat(read("dead-letters")).isEmpty();
    }

    @Test
    void shouldKeepAHugeRecordWholeInPieces() throws Exception {
        // Given: a topic of an earlier release, which stores records as their producers compress them
        store("images", "producer");
        // and repeated noise of 8 MiB, which compresses well
        byte[] huge = new byte[40 << 20];
        new java.util.Random(1).nextBytes(huge);
        for (int i = 1 << 20; i < huge.length; i++) {
            huge[i] = huge[i - (1 << 20)];
        }
        producer.send(new ProducerRecord<>("images", null, 1_700_000_000_000L, "s".getBytes(UTF_8), huge))
                .get();
        send("images", "s", frame("s", "after", 1));

        // When
        try (var compressor = compressor(Map.of());
                var features = TopicCounter.start(
                        broker.bootstrapServers(), "features", record -> FEATURES.decode(record.value())
                                .getFrameId())) {
            assertThat(features.awaitRecords(1, SOON)).isTrue();
            assertThat(compressor.app().failure()).isEmpty();
        }

        // Then
        var pieces = new RecordReassembly();
        var letters = read("dead-letters");
        var whole = new ArrayList<SourceRecord>();
        letters.forEach(letter -> pieces.add(letter).ifPresent(whole::add));
        assertThat(letters).hasSizeGreaterThan(3);
        assertThat(header(letters.get(0), DeadLetters.REASON)).isEqualTo("record-too-large");
        assertThat(whole).hasSize(1);
        assertThat(whole.get(0).value()).isEqualTo(huge);
        assertThat(whole.get(0).key()).isEqualTo("s".getBytes(UTF_8));
        assertThat(whole.get(0).timestamp()).isEqualTo(1_700_000_000_000L);
    }

    @Test
    void shouldAcceptLabelsBeforeThereIsABundleAndReportUnknownClassesLater() throws Exception {
        // Given
        var bundles = Files.createDirectories(directory.resolve("bundles"));
        try (var compressor = compressor(Map.of());
                var deadLetters =
                        TopicCounter.start(broker.bootstrapServers(), "dead-letters", TopicCounter.DEAD_LETTER);
                var classifier = ClassifierApp.start(ClassifierConfig.from(
                        ConfigSources.of(settings("classifier", Map.of("bundles.dir", bundles.toString())))))) {
            // When
            send("labels", "s", LABELS.encode(new Label("f", "l".repeat(65_536), Instant.now(), "", null)));
            producer.send(new ProducerRecord<>(
                    "labels", new byte[65_536], LABELS.encode(new Label("f", "red", Instant.now(), "", null))));
            send("labels", "s", LABELS.encode(new Label("f", "red", Instant.now(), "", null)));
            send("labels", "s", LABELS.encode(new Label("f", "zebra", Instant.now(), "whole", null)));
            assertThat(deadLetters.awaitRecords(2, SOON)).isTrue();
            TrivialBundle.write(bundles.resolve("first"));
            await().atMost(SOON)
                    .until(() -> classifier.app().httpPort() > 0
                            && http(classifier.app(), "/metrics").contains("featherwire_bundles_loaded 1.0"));
            send("images", "s", frame("s", "f", 0));

            // Then
            assertThat(deadLetters.awaitRecords(3, SOON)).isTrue();
            await().atMost(SOON).untilAsserted(() -> assertThat(
                            classifier.liveView().accuracy(Ledger.ALL_BUNDLES, "total"))
                    .hasValueSatisfying(score -> assertThat(score.correct()).isEqualTo(1)));
            assertThat(read("dead-letters")).anySatisfy(letter -> {
                assertThat(header(letter, DeadLetters.REASON)).isEqualTo("unknown-label");
                assertThat(LABELS.decode(letter.value()).getSource()).isEqualTo("whole");
            });
            assertThat(compressor.app().failure()).isEmpty();
        }
    }

    @Test
    void shouldStopAndMakeNoDeadLettersWhileTheRegistryIsAway() throws Exception {
        // Given: good frames in the framing of a schema registry
        for (int n = 0; n < 120; n++) {
            send("images", "s", ofARegistry(frame("s", "f" + n, n)));
            send(
                    "features",
                    "s",
                    ofARegistry(FEATURES.encode(new CompactFeature(
                            "f" + n, Instant.now(), new Fingerprint(new byte[8]), ByteBuffer.wrap(new byte[3])))));
        }
        producer.flush();

        for (int start = 0; start < 2; start++) {
            // When
            try (var compressor = compressor(Map.of("schema.registry.url", AWAY))) {
                // Then
                assertThat(whyItStops(compressor.app())).contains("schema registry at " + AWAY);
            }
            try (var classifier = classifier(Map.of("schema.registry.url", AWAY))) {
                assertThat(whyItStops(classifier.app())).contains("schema registry at " + AWAY);
            }
        }
        assertThat(read("dead-letters")).isEmpty();
    }

    @Test
    void shouldClassifyRegardlessOfTheAccuracyState() throws Exception {
        try (var compressor = compressor(Map.of());
                var classifications = TopicCounter.start(broker.bootstrapServers(), "classifications", frame())) {
            // Given: an accuracy with earlier state
            try (var classifier = classifier(Map.of());
                    var feed = FrameSender.start(
                            broker.bootstrapServers(), new FrameSender.Plan(60, 0, 7, 0, true), TrivialImages::image)) {
                feed.awaitAcknowledged();
                assertThat(classifications.awaitRecords(60, SOON)).isTrue();
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(matched(classifier)).isEqualTo(60));
            }
            // whose parts were written by a later version, first with an unknown schema, then with a known schema
            for (int start = 1; start <= 2; start++) {
                overwrite(changelog("parts"), HostileRecordsIT::later);
                deleteState("classifier");
                try (var classifier = classifier(Map.of())) {
                    send("images", "s", frame("s", "second-" + start, 1));
                    assertThat(classifications.awaitRecords(60 + start, SOON)).isTrue();
                    int counted = 60 + start;
                    await().atMost(SOON).untilAsserted(() -> assertThat(classified(classifier))
                            .isEqualTo(counted));
                    assertThat(classifier.app().failure()).isEmpty();
                }
                producer.send(new ProducerRecord<>(
                                changelog("parts"),
                                ("schema/" + Long.toHexString(SchemaNormalization.parsingFingerprint64(LATER)))
                                        .getBytes(UTF_8),
                                LATER.toString().getBytes(UTF_8)))
                        .get();
            }
            // and with entries that cannot be read
            overwrite(changelog("ledger"), value -> noise(value.length));
            deleteState("classifier");

            // When
            try (var classifier = classifier(Map.of())) {
                for (int n = 0; n < 60; n++) {
                    send("images", "s", frame("s", "third-" + n, n));
                }

                // Then
                assertThat(classifications.awaitRecords(122, SOON)).isTrue();
                assertThat(classifier.app().failure()).isEmpty();
                assertThat(http(classifier.app(), "/metrics"))
                        .containsPattern("featherwire_accuracy_failures_total [1-9]");
            }
            assertThat(compressor.app().failure()).isEmpty();
            assertThat(classifications.duplicateRecords()).isZero();
        }
    }

    private void store(String topic, String compression) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(
                            resource,
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("compression.type", compression), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
            // The broker receives the change from the controller a moment later.
            await().until(() -> admin.describeConfigs(List.of(resource))
                    .all()
                    .get()
                    .get(resource)
                    .get("compression.type")
                    .value()
                    .equals(compression));
        }
    }

    private static long classified(ClassifierApp classifier) {
        return classifier
                .liveView()
                .accuracy(Ledger.ALL_BUNDLES, "total")
                .map(total -> total.classified())
                .orElse(0L);
    }

    private static long matched(ClassifierApp classifier) {
        return classifier
                .liveView()
                .accuracy(Ledger.ALL_BUNDLES, "total")
                .map(total -> total.matched())
                .orElse(0L);
    }

    private String changelog(String of) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            return admin.listTopics().names().get().stream()
                    .filter(name -> name.endsWith("-changelog") && name.contains(of))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Rewrites each record of a compacted topic and adds records with new keys. */
    private void overwrite(String topic, UnaryOperator<byte[]> change) throws Exception {
        var last = new HashMap<String, ConsumerRecord<byte[], byte[]>>();
        read(topic).forEach(record -> last.put(record.partition() + new String(record.key(), ISO_8859_1), record));
        assertThat(last).isNotEmpty();
        for (var record : last.values()) {
            if (record.value() != null) {
                producer.send(
                        new ProducerRecord<>(topic, record.partition(), record.key(), change.apply(record.value())));
            }
        }
        for (int n = 0; n < 20; n++) {
            producer.send(new ProducerRecord<>(topic, 0, noise(n + 1), noise(10 * n)));
        }
        producer.flush();
    }

    /** The same snapshot, as a later version with one more field writes it. */
    private static byte[] later(byte[] value) {
        try {
            var ours = AvroSerde.of(AccuracySnapshot.class).decode(value);
            var snapshot = new GenericRecordBuilder(LATER);
            AccuracySnapshot.getClassSchema()
                    .getFields()
                    .forEach(field -> snapshot.set(field.name(), generic(ours.get(field.pos()), field.schema())));
            return new BinaryMessageEncoder<GenericRecord>(GenericData.get(), LATER)
                    .encode(snapshot.set("later", "news").build())
                    .array();
        } catch (SerializationException | IOException e) {
            // The schema of this version.
            return value;
        }
    }

    private static Object generic(Object value, Schema schema) {
        if (value instanceof Instant time) {
            return time.toEpochMilli();
        }
        return value instanceof Fingerprint bytes ? new GenericData.Fixed(schema, bytes.bytes()) : value;
    }

    private static Schema later() {
        var fields = new ArrayList<>(AccuracySnapshot.getClassSchema().getFields().stream()
                .map(field -> new Schema.Field(field, field.schema()))
                .toList());
        fields.add(new Schema.Field("later", Schema.create(Schema.Type.STRING), "", "none"));
        return Schema.createRecord("AccuracySnapshot", "", "io.featherwire.schemas", false, fields);
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private void deleteState(String app) throws Exception {
        try (var files = Files.walk(directory.resolve("state-" + app))) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static String whyItStops(StreamsApp app) {
        await().atMost(SOON).until(() -> app.failure().isPresent());
        return app.failure().orElseThrow();
    }

    /** Hostile records on the topics between the classifier's instances, and on the topics that the dashboard reads. */
    private void odd(String topic) throws Exception {
        var snapshot = AccuracySnapshot.newBuilder()
                .setBundle(new Fingerprint(new byte[8]))
                .setWindow("PT5M")
                .setEmittedAt(Instant.ofEpochMilli(Long.MIN_VALUE))
                .setClassified(Long.MIN_VALUE)
                .setMatched(Long.MAX_VALUE)
                .setCorrect(-1)
                .setLabelCorrected(0)
                .setLabelLate(0)
                .setLabelNever(0)
                .setLabelWithoutPrediction(0)
                .setLabelDelayMsMean(Double.NaN)
                .setClasses(List.of("a", "a"))
                .setConfusion(List.of(1L))
                .build();
        byte[] value = AvroSerde.of(AccuracySnapshot.class).encode(snapshot);
        for (String key : List.of(
                "",
                "x",
                "0000000000000000/",
                "0000000000000000/Pxyz",
                "zzzzzzzzzzzzzzzz/total",
                "0/0000000000000000/total",
                "-1/0000000000000000/PT5M",
                "99999999999/0000000000000000/PT5M",
                "0/zzzzzzzzzzzzzzzz/PT5M",
                "0000000000000000/PT5M",
                "0/0000000000000000/PT5M",
                "schema/0")) {
            send(topic, key, value);
            send(topic, key, null);
            send(topic, key, key.getBytes(UTF_8));
        }
        // The broker itself refuses a record without a key on a compacted topic.
        assertThatThrownBy(() ->
                        producer.send(new ProducerRecord<>(topic, null, value)).get())
                .hasRootCauseInstanceOf(InvalidRecordException.class);
    }

    private CompressorApp compressor(Map<String, String> more) throws Exception {
        var app = CompressorApp.start(
                CompressorConfig.from(ConfigSources.of(settings("compressor", with("bundle", more)))));
        return app;
    }

    private ClassifierApp classifier(Map<String, String> more) throws Exception {
        return ClassifierApp.start(
                ClassifierConfig.from(ConfigSources.of(settings("classifier", with("bundle", more)))));
    }

    private Map<String, String> with(String key, Map<String, String> more) throws Exception {
        var all = new HashMap<>(more);
        all.put(key, TrivialBundle.write(directory.resolve("bundle")).toString());
        return all;
    }

    private Map<String, String> settings(String app, Map<String, String> more) {
        var settings = new HashMap<>(Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "state.dir",
                directory.resolve("state-" + app).toString(),
                "http.port",
                "0",
                "device",
                "cpu"));
        settings.putAll(more);
        return settings;
    }

    private static String http(StreamsApp app, String path) throws Exception {
        try (var in = java.net
                .URI
                .create("http://127.0.0.1:" + app.httpPort() + path)
                .toURL()
                .openStream()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private void send(String topic, String key, byte @Nullable [] value) throws Exception {
        producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value)).get();
    }

    private static byte[] frame(String sensor, String id, int n) {
        var image = TrivialImages.image(n);
        return FRAMES.encode(new ImageFrame(
                id,
                sensor,
                Instant.now(),
                ImageEncoding.RGB8,
                image.width(),
                image.height(),
                ByteBuffer.wrap(image.bytes())));
    }

    private static byte[] ofARegistry(byte[] value) {
        return ByteBuffer.allocate(value.length - 5)
                .put((byte) 0)
                .putInt(7)
                .put(value, 10, value.length - 10)
                .array();
    }

    private static TopicCounter.IdExtractor frame() {
        return record -> CLASSIFICATIONS.decode(record.value()).getFrameId();
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
