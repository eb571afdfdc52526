package io.featherwire.producer.outbox;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.broker.TopicLeaders;
import io.featherwire.producer.mqtt.MqttAddress;
import io.featherwire.producer.mqtt.MqttSettings;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.Secret;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From outboxes over a real MQTT broker to Kafka: each frame once and in order, whoever is killed. */
@Tag("slow")
class MqttIT {

    private static final int PARTITIONS = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path directory;

    private EmbeddedBroker kafka;
    private Mosquitto mosquitto;
    private Admin admin;
    private CuttableProxy device;
    private @Nullable Process source;

    @BeforeEach
    void start() throws Exception {
        mosquitto = Mosquitto.start(directory.resolve("mosquitto"));
        device = new CuttableProxy(EmbeddedBroker.freePort(), mosquitto.port());
        kafka = EmbeddedBroker.start(directory.resolve("broker"), EmbeddedBroker.freePort(), Map.of());
        admin = Admin.create(Map.of("bootstrap.servers", servers()));
        List<String> topics = List.of("features", "dead-letters", "edge-positions", "edge-gaps");
        admin.createTopics(topics.stream()
                        .map(topic -> new NewTopic(topic, PARTITIONS, (short) 1))
                        .toList())
                .all()
                .get();
        TopicLeaders.await(admin, topics, PARTITIONS);
    }

    @AfterEach
    void stop() throws Exception {
        if (source != null) {
            source.destroyForcibly().waitFor();
        }
        admin.close();
        device.close();
        mosquitto.close();
        kafka.close();
    }

    private String servers() {
        return "127.0.0.1:" + kafka.port();
    }

    @Test
    void shouldSendEachFrameOnceDespiteCutsAndABrokerThatLosesSessions() throws Exception {
        // Given
        try (Outbox outbox = open("one");
                OutboxSender sender = send(outbox, "one", false)) {
            store(outbox, 0, 300);
            startSource();
            await().atMost(PATIENCE).until(() -> read("features").size() >= 100);
            // When
            device.cut();
            store(outbox, 300, 600);
            device.restore();
            await().atMost(PATIENCE).until(outbox::isEmpty);
            mosquitto.kill();
            store(outbox, 600, 900);
            mosquitto.run();
            await().atMost(PATIENCE).until(outbox::isEmpty);
            // Then
            assertThat(sender.failure()).isNull();
        }
        requireEachOnceInOrder(900);
    }

    /** The broker delivers again what the source that was killed had not acknowledged. */
    @Test
    void shouldSendEachFrameOnceDespiteKillsOfSourceBrokerAndConnection() throws Exception {
        // Given
        int cycles = 5;
        try (Outbox outbox = open("one");
                OutboxSender sender = send(outbox, "one", true)) {
            startSource();
            for (int cycle = 0; cycle < cycles; cycle++) {
                // When
                int before = read("features").size();
                store(outbox, cycle * 1_000, (cycle + 1) * 1_000);
                await().pollInterval(Duration.ofMillis(5))
                        .atMost(PATIENCE)
                        .until(() -> read("features").size() > before);
                source.destroyForcibly().waitFor();
                if (cycle % 4 == 1) {
                    device.cut();
                    device.restore();
                }
                if (cycle % 4 == 2) {
                    mosquitto.kill();
                    mosquitto.run();
                }
                startSource();
            }
            await().atMost(PATIENCE).until(outbox::isEmpty);
            assertThat(sender.failure()).isNull();
        }
        // Then
        requireEachOnceInOrder(cycles * 1_000);
    }

    @Test
    void shouldKeepFramesWithoutASourceAndStopASecondDeviceWithTheSameId() throws Exception {
        // Given: no source
        try (Outbox one = open("one");
                OutboxSender first = send(one, "twin", false)) {
            store(one, 0, 10);
            await().atMost(PATIENCE).until(() -> device.connections() > 2);
            assertThat(one.frames()).isEqualTo(10);
            startSource();
            await().atMost(PATIENCE).until(one::isEmpty);
            // When
            try (Outbox two = open("two");
                    OutboxSender second = send(two, "twin", false)) {
                store(two, 10, 20);
                await().atMost(PATIENCE).until(() -> second.failure() != null);
                // Then
                assertThat(second.failure())
                        .isInstanceOf(DuplicateDeviceException.class)
                        .hasMessageContaining("sends from another outbox");
                assertThat(two.frames()).isEqualTo(10);
            }
            store(one, 20, 30);
            await().atMost(PATIENCE).until(one::isEmpty);
            assertThat(first.failure()).isNull();
        }
        assertThat(read("features")).hasSize(20);
    }

    @Test
    void shouldSendEachFrameOnceFromACopyThatWasMadeWhileTheDeviceRan() throws Exception {
        // Given
        startSource();
        try (Outbox original = open("original");
                OutboxSender sender = send(original, "one", false)) {
            store(original, 0, 100);
            await().atMost(PATIENCE).until(original::isEmpty);
            device.cut();
            store(original, 100, 150);
            OutboxIT.copyOutbox(directory.resolve("original"), directory.resolve("copied"));
            device.restore();
            store(original, 150, 250);
            await().atMost(PATIENCE).until(original::isEmpty);
            assertThat(sender.failure()).isNull();
        }
        // When
        try (Outbox copied = open("copied");
                OutboxSender sender = send(copied, "one", false)) {
            store(copied, 250, 300);
            await().atMost(PATIENCE).until(() -> copied.isEmpty() || sender.failure() != null);
            // Then
            assertThat(sender.failure()).isNull();
        }
        requireEachOnceInOrder(300);
    }

    @Test
    void shouldStopASourceThatAnotherOneWithItsIdReplaces() throws Exception {
        // Given
        startSource();
        try (Outbox outbox = open("one");
                OutboxSender sender = send(outbox, "one", false)) {
            store(outbox, 0, 10);
            await().atMost(PATIENCE).until(outbox::isEmpty);
            // When: no message is on its way
            Process replaced = requireNonNull(source, "source");
            startSource();
            // Then
            assertThat(replaced.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            String log = Files.readString(directory.resolve("source-log"));
            assertThat(replaced.exitValue()).as(log).isNotZero();
            assertThat(log).contains("another process runs with source.id=mqtt-source, so this one stops");
            store(outbox, 10, 20);
            await().atMost(PATIENCE).until(outbox::isEmpty);
            assertThat(requireNonNull(source, "source").isAlive()).isTrue();
            assertThat(sender.failure()).isNull();
        }
        requireEachOnceInOrder(20);
    }

    @Test
    void shouldConfirmFramesOnABrokerWithoutRetainedMessages() throws Exception {
        // Given
        mosquitto.close();
        device.close();
        mosquitto = Mosquitto.start(directory.resolve("without-retained"), "retain_available false");
        device = new CuttableProxy(EmbeddedBroker.freePort(), mosquitto.port());
        startSource();
        try (Outbox outbox = open("one");
                OutboxSender sender = send(outbox, "one", false)) {
            // When
            for (int i = 0; i < 3; i++) {
                store(outbox, 100 * i, 100 * i + 100);
                await().atMost(PATIENCE).until(outbox::isEmpty);
                device.cut();
                device.restore();
            }
            // Then
            assertThat(sender.failure()).isNull();
        }
        requireEachOnceInOrder(300);
    }

    /** mosquitto 2.0.11 then delivers more messages without an acknowledgement than the source allows. */
    @Test
    void shouldForwardHundredsOfMessagesThatWaitedForASource() throws Exception {
        // Given: the broker keeps messages for a source that was here
        int messages = 300;
        startSource();
        try (Outbox outbox = open("one");
                OutboxSender sender = send(outbox, "one", false)) {
            store(outbox, 0, 10);
            await().atMost(PATIENCE).until(outbox::isEmpty);
            assertThat(sender.failure()).isNull();
        }
        requireNonNull(source, "source").destroyForcibly().waitFor();
        for (int i = 0; i < messages; i++) {
            publish("unreadable-" + i, "message " + i);
        }
        // When: killed with messages in flight, and started again
        startSource();
        await().atMost(PATIENCE).until(() -> read("dead-letters").size() > 0);
        requireNonNull(source, "source").destroyForcibly().waitFor();
        startSource();
        publish("last", "message");
        // Then
        requireDeadLettersUpTo("last", messages + 1);
    }

    @Test
    void shouldWriteADeadLetterOnceThoughTheSourceIsKilledBeforeItAcknowledges() throws Exception {
        // Given
        try (var line = new CuttableProxy(EmbeddedBroker.freePort(), mosquitto.port())) {
            source = MqttSourceProcess.start(directory, "mqtt://127.0.0.1:" + line.port(), servers());
            publishUntilSubscribed();
            // When
            line.mute();
            publish("one", "a message");
            publish("one", "another message");
            await().atMost(PATIENCE).until(() -> read("dead-letters").size() == 3);
            requireNonNull(source, "source").destroyForcibly().waitFor();
            line.restore();
            source = MqttSourceProcess.start(directory, "mqtt://127.0.0.1:" + line.port(), servers());
            publish("last", "message");
            // Then
            requireDeadLettersUpTo("last", 4);
        }
    }

    private void publishUntilSubscribed() {
        await().atMost(PATIENCE).until(() -> {
            publish("first", "message");
            return read("dead-letters").size() == 1;
        });
    }

    /** Messages arrive in order, so all earlier ones have arrived with the last. */
    private void requireDeadLettersUpTo(String device, int count) throws Exception {
        await().atMost(PATIENCE).until(() -> read("dead-letters").stream()
                .anyMatch(letter -> letter.key().equals(device)));
        assertThat(read("dead-letters"))
                .as(Files.readString(directory.resolve("source-log")))
                .hasSize(count);
    }

    /** A message that the source cannot read. */
    private void publish(String device, String content) {
        Mqtt5BlockingClient client = Mqtt5Client.builder()
                .serverHost("127.0.0.1")
                .serverPort(mosquitto.port())
                .buildBlocking();
        client.connect();
        client.publishWith()
                .topic("featherwire/outbox/" + device)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(content.getBytes(StandardCharsets.UTF_8))
                .send();
        client.disconnect();
    }

    private Outbox open(String name) {
        return Outbox.open(new OutboxSettings(
                directory.resolve(name),
                DataSize.ofMebibytes(64),
                Duration.ofDays(1),
                OverflowPolicy.OLDEST,
                SyncPolicy.NORMAL,
                OutboxProcess.LARGEST));
    }

    private OutboxSender send(Outbox outbox, String name, boolean batched) {
        var settings = new MqttSettings(
                new MqttAddress("127.0.0.1", device.port(), false),
                "featherwire",
                Optional.<String>empty(),
                Optional.<Secret>empty(),
                Optional.<Path>empty());
        ConnectionSettings line = batched
                ? OutboxProcess.line(servers(), name, false, OutboxProcess.BATCHES)
                : OutboxProcess.line(servers(), name, false);
        return OutboxSender.start(outbox, line, settings, OutboxProcess.SILENT);
    }

    private static void store(Outbox outbox, int from, int to) {
        for (int i = from; i < to; i += 10) {
            List<OutboxEntry> entries = new ArrayList<>();
            for (int j = i; j < i + 10; j++) {
                entries.add(OutboxProcess.entry(outbox.newFrameId(), j, System.currentTimeMillis()));
            }
            outbox.append(entries, List.of(), List.of());
        }
    }

    private void startSource() throws Exception {
        source = MqttSourceProcess.start(directory, "mqtt://127.0.0.1:" + mosquitto.port(), servers());
    }

    private void requireEachOnceInOrder(int frames) throws Exception {
        Map<String, Integer> next = new HashMap<>();
        List<ConsumerRecord<String, byte[]>> records = read("features");
        for (ConsumerRecord<String, byte[]> record : records) {
            int number = AvroSerde.of(CompactFeature.class)
                    .decode(record.value())
                    .getPayload()
                    .getInt(0);
            int expected = next.getOrDefault(
                    record.key(), Integer.parseInt(record.key().replace("sensor-", "")));
            assertThat(number)
                    .as(record.key() + ": " + Files.readString(directory.resolve("source-log")))
                    .isEqualTo(expected);
            next.put(record.key(), number + OutboxProcess.SENSORS);
        }
        assertThat(records).hasSize(frames);
        assertThat(read("edge-gaps")).isEmpty();
    }

    private List<ConsumerRecord<String, byte[]>> read(String topic) {
        List<ConsumerRecord<String, byte[]>> all = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (int i = 0; i < PARTITIONS; i++) {
                partitions.add(new TopicPartition(topic, i));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                consumer.poll(Duration.ofMillis(50)).forEach(all::add);
            }
        }
        return all;
    }
}
