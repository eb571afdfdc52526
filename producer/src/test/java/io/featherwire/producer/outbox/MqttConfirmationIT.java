package io.featherwire.producer.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.producer.mqtt.MqttAddress;
import io.featherwire.producer.mqtt.MqttSettings;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.Secret;
import io.featherwire.schemas.FeatureBatch;
import io.featherwire.schemas.MessageGap;
import io.featherwire.schemas.OutboxMessage;
import io.featherwire.schemas.OutboxPosition;
import io.featherwire.schemas.batch.FeatureBatches;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device and a real MQTT broker, whose messages a client of this test reads in place of the source. */
class MqttConfirmationIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AvroSerde<OutboxMessage> MESSAGES = AvroSerde.of(OutboxMessage.class);
    private static final AvroSerde<FeatureBatch> BATCHES = AvroSerde.of(FeatureBatch.class);
    private static final AvroSerde<OutboxPosition> POSITIONS = AvroSerde.of(OutboxPosition.class);

    @TempDir
    private Path directory;

    private final BlockingQueue<OutboxMessage> received = new LinkedBlockingQueue<>();
    private Mosquitto mosquitto;
    private Mqtt5AsyncClient reader;

    private void start(String... configuration) throws Exception {
        mosquitto = Mosquitto.start(directory.resolve("mosquitto"), configuration);
        read();
    }

    private void read() throws Exception {
        reader = Mqtt5Client.builder()
                .serverHost("127.0.0.1")
                .serverPort(mosquitto.port())
                .buildAsync();
        reader.connect().get();
        reader.subscribeWith()
                .topicFilter("featherwire/outbox/+")
                .qos(MqttQos.AT_LEAST_ONCE)
                .callback(message -> received.add(MESSAGES.decode(message.getPayloadAsBytes())))
                .send()
                .get();
    }

    @AfterEach
    void stop() throws Exception {
        reader.disconnect().get();
        mosquitto.close();
    }

    @Test
    void shouldResendMessagesThatTheSourceHasNotConfirmed() throws Exception {
        // Given
        start("log_dest stderr", "log_type all");
        try (Outbox outbox = open();
                OutboxSender sender = send(outbox)) {
            store(outbox, 30, "sensor");
            List<Long> first = numbers(next());
            await().atMost(PATIENCE)
                    .until(() -> Files.readString(directory.resolve("mosquitto").resolve("log"))
                            .contains("Sending PUBACK to featherwire-edge-one"));
            // When
            mosquitto.kill();
            store(outbox, 10, "sensor");
            mosquitto.run();
            read();
            // Then
            OutboxMessage again = next();
            assertThat(numbers(again)).hasSize(40).containsAll(first);
            assertThat(outbox.frames()).isEqualTo(40);
            confirm(again);
            await().atMost(PATIENCE).until(outbox::isEmpty);
            assertThat(sender.failure()).isNull();
        }
    }

    @Test
    void shouldStopWithinFiveSecondsWithoutASource() throws Exception {
        // Given
        start();
        try (Outbox outbox = open()) {
            OutboxSender sender = send(outbox);
            store(outbox, 30, "sensor");
            next();
            // When
            long start = System.nanoTime();
            sender.close();
            // Then
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            assertThat(outbox.frames()).isEqualTo(30);
        }
    }

    @Test
    void shouldSendManyGapsThroughABrokerOfSmallPackets() throws Exception {
        // Given
        start("max_packet_size 4096");
        try (Outbox outbox = open()) {
            for (int i = 0; i < 200; i++) {
                store(outbox, 1, "sensor-with-a-long-name-" + i);
            }
            OutboxBatch all = outbox.begin(1_000, 10 << 20, 0, true);
            outbox.markNotSent();
            outbox.drop(all.rows(), "test");
            store(outbox, 8, "sensor");
            // When
            Set<String> gaps = new TreeSet<>();
            int frames = 0;
            try (OutboxSender sender = send(outbox)) {
                while (gaps.size() < 200 || frames < 8) {
                    OutboxMessage message = next();
                    message.getGaps().stream().map(MessageGap::getSensorId).forEach(gaps::add);
                    frames += numbers(message).size();
                    confirm(message);
                }
                await().atMost(PATIENCE).until(outbox::isEmpty);
                // Then
                assertThat(sender.failure()).isNull();
            }
            assertThat(frames).isEqualTo(8);
        }
    }

    @Test
    void shouldWaitForSpaceOnAFullDiskAndSendThen() throws Exception {
        // Given
        start("log_dest stderr", "log_type all");
        try (SmallDisk disk =
                        SmallDisk.mount(Files.createDirectory(directory.resolve("box")), DataSize.ofMebibytes(4));
                Outbox outbox = open()) {
            store(outbox, 30, "sensor");
            Files.delete(directory.resolve("box").resolve("outbox.reserve"));
            disk.fill();
            try (OutboxSender sender = send(outbox)) {
                await().atMost(PATIENCE)
                        .until(() -> sender.failure() != null
                                || Files.readString(directory
                                                        .resolve("mosquitto")
                                                        .resolve("log"))
                                                .split("New client connected", -1)
                                                .length
                                        > 3);
                // When
                disk.free();
                confirm(next());
                await().atMost(PATIENCE).until(outbox::isEmpty);
                // Then
                assertThat(sender.failure()).isNull();
            }
        }
    }

    /** A broker that crashed delivers old messages again and restores old retained ones. */
    @Test
    void shouldGoOnAfterAnswersToEarlierProcessesOfTheSameOutbox() throws Exception {
        // Given
        start();
        long earlier;
        try (Outbox outbox = open()) {
            earlier = outbox.history().instance();
        }
        try (Outbox outbox = open();
                CuttableProxy line = new CuttableProxy(EmbeddedBroker.freePort(), mosquitto.port());
                OutboxSender sender = send(outbox, line.port())) {
            store(outbox, 10, "sensor");
            OutboxMessage first = next();
            confirm(first);
            await().atMost(PATIENCE).until(outbox::isEmpty);
            // When
            tell(first.getOutbox(), earlier, first.getSequence(), first.getGap());
            store(outbox, 5, "sensor");
            confirm(next());
            await().atMost(PATIENCE).until(outbox::isEmpty);
            line.cut();
            // Of the outbox before this one
            tell(first.getOutbox() + 1, first.getInstance() + 1, 3, 0);
            line.restore();
            store(outbox, 5, "sensor");
            OutboxMessage last = next();
            confirm(last);
            // Then
            await().atMost(PATIENCE).until(outbox::isEmpty);
            assertThat(sender.failure()).isNull();
            // When
            tell(first.getOutbox() + 1, first.getInstance() + 1, 4, 0);
            store(outbox, 5, "sensor");
            // Then
            await().atMost(PATIENCE).until(() -> sender.failure() != null);
            assertThat(sender.failure()).hasMessageContaining("another process sends as device \"one\"");
        }
    }

    @Test
    void shouldStopWhereACopyOfTheOutboxHasSentMore() throws Exception {
        // Given
        start();
        try (Outbox outbox = open();
                OutboxSender sender = send(outbox)) {
            store(outbox, 10, "sensor");
            OutboxMessage message = next();
            store(outbox, 10, "sensor");
            // When: up to a frame that this outbox has stored and not sent
            tell(message.getOutbox(), message.getInstance(), message.getSequence() + 5, message.getGap());
            // Then
            await().atMost(PATIENCE).until(() -> sender.failure() != null);
            assertThat(sender.failure())
                    .isInstanceOf(DuplicateDeviceException.class)
                    .hasMessageContaining("it is an old copy");
            assertThat(outbox.frames()).isEqualTo(20);
        }
    }

    @Test
    void shouldGoOnWithACopyThatWasMadeWhileTheDeviceRan() throws Exception {
        // Given
        start();
        OutboxMessage all;
        try (Outbox outbox = open();
                OutboxSender sender = send(outbox)) {
            store(outbox, 10, "sensor");
            next();
            OutboxIT.copyOutbox(directory.resolve("box"), directory.resolve("copy"));
            store(outbox, 10, "sensor");
            tell(outbox.id(), outbox.history().instance(), outbox.lastNumber(), 0);
            await().atMost(PATIENCE).until(() -> outbox.isEmpty() || sender.failure() != null);
        }
        received.clear();
        // When
        try (Outbox copy = open("copy")) {
            store(copy, 5, "sensor");
            try (OutboxSender sender = send(copy)) {
                // Then
                do {
                    all = next();
                    confirm(all);
                } while (all.getSequence() < copy.lastNumber());
                await().atMost(PATIENCE).until(copy::isEmpty);
                assertThat(sender.failure()).isNull();
            }
        }
        // When: the original, which does not know the copy's process
        try (Outbox outbox = open()) {
            store(outbox, 20, "sensor");
            try (OutboxSender sender = send(outbox)) {
                await().atMost(PATIENCE).until(() -> sender.failure() != null);
                // Then
                assertThat(sender.failure()).hasMessageContaining("copy");
                assertThat(outbox.frames()).isGreaterThanOrEqualTo(20);
            }
        }
    }

    private OutboxMessage next() throws InterruptedException {
        OutboxMessage message = received.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(message).isNotNull();
        return message;
    }

    /** As the source does once the message is in Kafka. */
    private void confirm(OutboxMessage message) throws Exception {
        tell(message.getOutbox(), message.getInstance(), message.getSequence(), message.getGap());
    }

    private void tell(long outbox, long instance, long sequence, long gap) throws Exception {
        var position = new OutboxPosition(outbox, instance, sequence, 0L, 0L, gap, Instant.now());
        reader.publishWith()
                .topic("featherwire/position/one")
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(true)
                .payload(POSITIONS.encode(position))
                .send()
                .get();
    }

    private static List<Long> numbers(OutboxMessage message) throws Exception {
        List<Long> numbers = new ArrayList<>();
        for (var batch : message.getBatches()) {
            byte[] bytes = new byte[batch.getBatch().remaining()];
            batch.getBatch().get(bytes);
            FeatureBatches.unpack(BATCHES.decode(bytes)).forEach(frame -> numbers.add(frame.number()));
        }
        return numbers;
    }

    private Outbox open() {
        return open("box");
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

    private OutboxSender send(Outbox outbox) {
        return send(outbox, mosquitto.port());
    }

    private static OutboxSender send(Outbox outbox, int port) {
        var settings = new MqttSettings(
                new MqttAddress("127.0.0.1", port, false),
                "featherwire",
                Optional.<String>empty(),
                Optional.<Secret>empty(),
                Optional.<Path>empty());
        return OutboxSender.start(
                outbox, OutboxProcess.line("127.0.0.1:1", "one", false), settings, OutboxProcess.SILENT);
    }

    private static void store(Outbox outbox, int frames, String sensor) {
        List<OutboxEntry> entries = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            OutboxEntry entry = OutboxProcess.entry(outbox.newFrameId(), i, System.currentTimeMillis());
            entries.add(OutboxEntryBuilder.builder(entry).sensorId(sensor).build());
        }
        outbox.append(entries, List.of(), List.of());
    }
}
