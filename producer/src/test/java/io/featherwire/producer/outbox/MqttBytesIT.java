package io.featherwire.producer.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.broker.TopicLeaders;
import io.featherwire.producer.mqtt.MqttAddress;
import io.featherwire.producer.mqtt.MqttSettings;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.KafkaProperties;
import io.featherwire.runtime.config.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a frame costs from a device to an MQTT broker besides its payload, counted by a proxy in front of TLS. */
@Tag("slow")
class MqttBytesIT {

    private static final int ROUNDS = 10;
    private static final String USER = "gate";
    private static final Secret PASSWORD = new Secret("word-9f31");

    @TempDir
    private Path directory;

    private EmbeddedBroker kafka;
    private Mosquitto mosquitto;
    private CuttableProxy line;
    private Process source;
    private int boxes;

    /** Sensors, and the frames of each in a round. */
    private record Traffic(int sensors, int frames) {}

    @BeforeEach
    void start() throws Exception {
        PemCertificate certificate = PemCertificate.create(directory);
        mosquitto = Mosquitto.start(
                directory.resolve("mosquitto"),
                "certfile " + certificate.certificate(),
                "keyfile " + certificate.key(),
                "allow_anonymous false",
                "password_file " + Mosquitto.passwords(directory.resolve("passwords"), USER, PASSWORD.reveal()));
        line = new CuttableProxy(EmbeddedBroker.freePort(), mosquitto.port());
        kafka = EmbeddedBroker.start(directory.resolve("broker"), EmbeddedBroker.freePort(), Map.of());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers()))) {
            List<String> topics = List.of("features", "dead-letters", "edge-positions", "edge-gaps");
            admin.createTopics(topics.stream()
                            .map(topic -> new NewTopic(topic, 1, (short) 1))
                            .toList())
                    .all()
                    .get();
            TopicLeaders.await(admin, topics, 1);
        }
        source = MqttSourceProcess.start(
                directory,
                "mqtts://127.0.0.1:" + mosquitto.port(),
                servers(),
                certificate.certificate().toString(),
                USER,
                PASSWORD.reveal());
    }

    @AfterEach
    void stop() throws Exception {
        if (source != null) {
            source.destroyForcibly().waitFor();
        }
        line.close();
        mosquitto.close();
        kafka.close();
    }

    private String servers() {
        return "127.0.0.1:" + kafka.port();
    }

    /** With TLS, a user and a password, as the broker demands. */
    @Test
    void shouldAddTwelveBytesToAPayloadAtOneFrameASecondOverMqtt() throws Exception {
        double[] cost = measure(new Traffic(1, 30));
        assertThat(cost[0] + cost[1]).isLessThan(12);
    }

    /** The rows of docs/understand/wire-bytes.md for MQTT. */
    @Test
    void shouldMeasureTheBytesOfAFrameOverMqtt() throws Exception {
        var table = new StringBuilder("sensors frames | up down\n");
        for (Traffic traffic :
                List.of(new Traffic(1, 1), new Traffic(1, 30), new Traffic(1, 900), new Traffic(100, 10))) {
            double[] cost = measure(traffic);
            table.append(String.format(
                    Locale.ROOT, "%d %d | %.2f %.2f%n", traffic.sensors(), traffic.frames(), cost[0], cost[1]));
        }
        System.out.println(table);
    }

    private double[] measure(Traffic traffic) throws Exception {
        var rounds = new FrameRounds("gate-", traffic.sensors(), traffic.frames());
        var settings = new MqttSettings(
                new MqttAddress("127.0.0.1", line.port(), true),
                "featherwire",
                Optional.of(USER),
                Optional.of(PASSWORD),
                Optional.of(directory.resolve("certificate.pem")));
        try (Outbox outbox = FrameRounds.open(directory.resolve("box-" + boxes++));
                OutboxSender sender = OutboxSender.start(outbox, line(), settings, rounds)) {
            rounds.send(outbox);
            rounds.send(outbox);
            long up = line.up();
            long down = line.down();
            long payloads = 0;
            int before = rounds.sent();
            for (int i = 0; i < ROUNDS; i++) {
                payloads += rounds.send(outbox);
            }
            double frames = rounds.sent() - before;
            assertThat(sender.failure()).isNull();
            return new double[] {(line.up() - up - payloads) / frames, (line.down() - down) / frames};
        }
    }

    private ConnectionSettings line() {
        return ConnectionSettingsBuilder.builder()
                .bootstrapServers("")
                .device("gate-3")
                .takeOver(true)
                .topics(List.of("features"))
                .positionsTopic("edge-positions")
                .gapsTopic("edge-gaps")
                .timeout(Duration.ofSeconds(20))
                .interval(Duration.ofMillis(200))
                .rate(new DataSize(0))
                .liveShare(0)
                .largest(OutboxProcess.LARGEST)
                .batches(new FrameBatchSettings(
                        "features",
                        "feature-batches",
                        new DataSize(65_536),
                        Duration.ofMillis(200),
                        Duration.ofDays(1)))
                .kafka(KafkaProperties.empty())
                .build();
    }
}
