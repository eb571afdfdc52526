package io.featherwire.cli.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.featherwire.classifier.ClassifierApp;
import io.featherwire.classifier.ClassifierConfig;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.compressor.CompressorApp;
import io.featherwire.compressor.CompressorConfig;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.topics.TopicSetup;
import io.featherwire.runtime.topics.TopicsConfig;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The whole pipeline on a broker with TLS, SCRAM and the access that docs/use/operations.md lists, by settings alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("slow")
class SecuredPipelineIT {

    private static final List<String> USERS =
            List.of("operator", "sensor", "compressor", "classifier", "reader", "stranger");
    private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final int FRAMES = 20;
    /** Logs the settings of each Kafka client, at INFO. */
    private static final String CLIENT_SETTINGS = "org.apache.kafka.common.config.AbstractConfig";

    private Path directory;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private SecuredBroker broker;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        directory = temporary;
        log.start();
        root().addAppender(log);
        // Kafka's clients print their settings at this level.
        ((Logger) LoggerFactory.getLogger(CLIENT_SETTINGS)).setLevel(Level.INFO);
        broker = SecuredBroker.start(directory);
        broker.addUsers(USERS);
        broker.allow(OperationsDoc.access());
        TopicSetup.create(TopicsConfig.from(sources("operator", Map.of("partitions", "2"))));
        TinyBundle.write(directory.resolve("bundle"));
    }

    @AfterAll
    void stop() {
        ((Logger) LoggerFactory.getLogger(CLIENT_SETTINGS)).setLevel(null);
        root().detachAppender(log);
        broker.close();
    }

    @Test
    void shouldRunTheWholePipelineOnWhatTheTableGrants() throws Exception {
        // When
        try (var compressor = CompressorApp.start(CompressorConfig.from(sources("compressor", app("compressor"))));
                var classifier = ClassifierApp.start(ClassifierConfig.from(sources("classifier", app("classifier"))))) {
            assertThat(compressor.app().awaitReady(Duration.ofMinutes(5))).isTrue();
            assertThat(classifier.app().awaitReady(Duration.ofMinutes(5))).isTrue();
            publish();
            var classifications = read("reader", "classifications", FRAMES);

            // Then
            assertThat(classifications).hasSize(FRAMES);
            assertThat(classifications)
                    .extracting(record -> AvroSerde.of(Classification.class)
                            .decode(record.value())
                            .getLabel())
                    .containsOnly("red");
            // The trace of an image reaches what is made of it, through both batches.
            assertThat(classifications)
                    .extracting(record -> new String(
                            record.headers().lastHeader("traceparent").value()))
                    .containsOnly(TRACEPARENT);
            var dead = read("classifier", "dead-letters", 1);
            assertThat(new String(
                            dead.get(0).headers().lastHeader("traceparent").value()))
                    .isEqualTo(TRACEPARENT);
            assertThat(read("reader", "accuracy", 1)).isNotEmpty();
        }

        // And nothing of it was logged that should not be
        assertThat(log.list).extracting(ILoggingEvent::getLoggerName).contains(CLIENT_SETTINGS);
        var secrets = SecuredBroker.secrets(USERS);
        assertThat(List.copyOf(log.list))
                .extracting(ILoggingEvent::getFormattedMessage)
                .noneMatch(message -> secrets.stream().anyMatch(message::contains));
    }

    @Test
    void shouldRefuseAWrongPassword() {
        assertThatThrownBy(() -> names(broker.kafka("reader", "guessed")))
                .hasRootCauseInstanceOf(SaslAuthenticationException.class);
    }

    @Test
    void shouldRefusePlainText() {
        assertThatThrownBy(() -> names(Map.of("default.api.timeout.ms", "3000", "request.timeout.ms", "2000")))
                .hasRootCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void shouldRefuseACertificateThatNobodyTrusts() {
        var kafka = new HashMap<>(broker.kafka("reader"));
        kafka.keySet().removeIf(key -> key.startsWith("ssl."));

        assertThatThrownBy(() -> names(kafka)).hasMessageContaining("SSL handshake failed");
    }

    @Test
    void shouldShowNothingWithoutAToken() throws Exception {
        assertThat(names(broker.kafka("stranger"))).isEmpty();
    }

    @Test
    void shouldGrantEachProgramOnlyItsOwnRights() {
        assertThatThrownBy(() -> write("sensor", "classifications")).hasCauseInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> write("reader", "images")).hasCauseInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> write("compressor", "classifications"))
                .hasCauseInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> read("sensor", "images", 1)).isInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> read("reader", "images", 1)).isInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> createTopic("sensor")).hasCauseInstanceOf(AuthorizationException.class);
        assertThatThrownBy(() -> createTopic("operator")).hasCauseInstanceOf(AuthorizationException.class);
    }

    @Test
    void shouldSayInOneLineThatAccessIsMissing() {
        assertThatThrownBy(() -> TopicSetup.create(TopicsConfig.from(sources("sensor", Map.of()))))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("refuse access")
                .hasMessageContaining("check the ACLs");
    }

    private Map<String, String> app(String name) {
        return Map.of(
                "bundle",
                directory.resolve("bundle").toString(),
                "device",
                "cpu",
                "http.port",
                "0",
                "state.dir",
                directory.resolve(name).toString());
    }

    private ConfigSources sources(String user, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("bootstrap.servers", broker.bootstrapServers());
        broker.kafka(user).forEach((key, value) -> all.put("kafka." + key, value));
        return ConfigSources.of(all);
    }

    /** Red images with labels, and one value that is no record. */
    private void publish() throws Exception {
        var frames = AvroSerde.of(ImageFrame.class);
        var labels = AvroSerde.of(Label.class);
        try (var producer = producer("sensor")) {
            for (int i = 0; i < FRAMES; i++) {
                var image = TinyBundle.image(200, 20, 20);
                var frame = new ImageFrame(
                        "f" + i,
                        "s" + i % 3,
                        Instant.now(),
                        ImageEncoding.valueOf(image.encoding().name()),
                        image.width(),
                        image.height(),
                        ByteBuffer.wrap(image.bytes()));
                send(producer, "images", frame.getSensorId(), frames.encode(frame));
                send(
                        producer,
                        "labels",
                        frame.getSensorId(),
                        labels.encode(new Label("f" + i, "red", Instant.now(), "test", null)));
            }
            send(producer, "images", "s0", "no record".getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void send(KafkaProducer<String, byte[]> producer, String topic, String key, byte[] value)
            throws Exception {
        var record = new ProducerRecord<>(topic, key, value);
        record.headers().add("traceparent", TRACEPARENT.getBytes(StandardCharsets.UTF_8));
        producer.send(record).get();
    }

    private KafkaProducer<String, byte[]> producer(String user) {
        return new KafkaProducer<>(properties(user, Map.of()), new StringSerializer(), new ByteArraySerializer());
    }

    private void write(String user, String topic) throws Exception {
        try (var producer = producer(user)) {
            producer.send(new ProducerRecord<>(topic, "k", new byte[1])).get();
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String user, String topic, int count) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(
                properties(user, Map.of("auto.offset.reset", "earliest", "isolation.level", "read_committed")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList());
            long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
            while (records.size() < count && System.nanoTime() < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    private void createTopic(String user) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(properties(user, Map.of()))) {
            admin.createTopics(List.of(new NewTopic("other", 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    private Set<String> names(Map<String, String> kafka) throws ExecutionException, InterruptedException {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put("bootstrap.servers", broker.bootstrapServers());
        try (Admin admin = Admin.create(properties)) {
            return admin.listTopics().names().get();
        }
    }

    private Map<String, Object> properties(String user, Map<String, String> more) {
        Map<String, Object> properties = new HashMap<>(broker.kafka(user));
        properties.putAll(more);
        properties.put("bootstrap.servers", broker.bootstrapServers());
        return properties;
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
