package io.featherwire.producer.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import io.featherwire.producer.mqtt.MqttAddress;
import io.featherwire.producer.mqtt.MqttSettings;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.KafkaProperties;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class OutboxSenderTest {

    @TempDir
    private Path directory;

    private static class Listener implements ConnectionListener {
        @Override
        public void onConnectionChange(boolean isUp) {}

        @Override
        public void onSent(int frames, int gapRecords) {}

        @Override
        public void onBytes(long more) {}
    }

    private Outbox open() {
        return Outbox.open(new OutboxSettings(
                directory.resolve("outbox"),
                DataSize.ofMebibytes(64),
                Duration.ofDays(1),
                OverflowPolicy.OLDEST,
                SyncPolicy.NORMAL,
                OutboxProcess.LARGEST));
    }

    private static ConnectionSettings line() {
        return ConnectionSettingsBuilder.builder()
                .bootstrapServers("127.0.0.1:1")
                .device("d")
                .takeOver(false)
                .topics(List.of("features", "dead-letters"))
                .positionsTopic("p")
                .gapsTopic("g")
                .timeout(Duration.ofSeconds(4))
                .interval(Duration.ZERO)
                .rate(new DataSize(0))
                .liveShare(0)
                .largest(OutboxProcess.LARGEST)
                .batches(new FrameBatchSettings(
                        "features", "feature-batches", new DataSize(0), Duration.ofSeconds(1), Duration.ofDays(1)))
                .kafka(NO_KAFKA)
                .build();
    }

    private static final KafkaProperties NO_KAFKA = KafkaProperties.empty();

    private static MqttSettings mqtt(int port) {
        return new MqttSettings(
                new MqttAddress("127.0.0.1", port, false), "fw", Optional.empty(), Optional.empty(), Optional.empty());
    }

    @Test
    void shouldReportAnErrorThatEndsTheSender() {
        try (Outbox outbox = open();
                OutboxSender sender = OutboxSender.start(outbox, line(), mqtt(1), new Listener() {
                    @Override
                    public void onConnectionChange(boolean isUp) {
                        throw new NoClassDefFoundError("for the test");
                    }
                })) {
            await().atMost(Duration.ofSeconds(20)).until(() -> sender.failure() != null);
            assertThat(sender.failure()).hasStackTraceContaining("for the test");
        }
    }

    /** The value alone is below the broker's limit, and the message of value and headers above. */
    @Test
    void shouldDropARecordWhoseHeadersMakeItTooLargeForTheBroker() throws Exception {
        try (Mosquitto broker = Mosquitto.start(directory.resolve("mqtt"), "max_packet_size 8192");
                Outbox outbox = open()) {
            Process reader = new ProcessBuilder(
                            "mosquitto_sub", "-V", "5", "-p", Integer.toString(broker.port()), "-t", "fw/outbox/+")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                var headers = new RecordHeaders();
                headers.add("why", "x".repeat(2_000).getBytes(StandardCharsets.US_ASCII));
                outbox.append(
                        List.of(OutboxEntryBuilder.builder()
                                .topic("dead-letters")
                                .sensorId("s")
                                .frameId(outbox.newFrameId())
                                .capturedAt(0)
                                .timestamp(0)
                                .headers(headers)
                                .value(new byte[7_000])
                                .build()),
                        List.of(),
                        List.of());
                try (OutboxSender sender = OutboxSender.start(outbox, line(), mqtt(broker.port()), new Listener())) {
                    await().atMost(Duration.ofSeconds(20)).until(() -> outbox.droppedFrames() == 1);
                    if (sender.failure() != null) {
                        fail("the sender failed", sender.failure());
                    }
                }
            } finally {
                reader.destroyForcibly().waitFor();
            }
        }
    }
}
