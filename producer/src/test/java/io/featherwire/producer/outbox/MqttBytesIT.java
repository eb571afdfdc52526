package io.featherwire.producer.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.broker.TopicLeaders;
import io.featherwire.producer.mqtt.MqttAddress;
import io.featherwire.producer.mqtt.MqttSettings;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.KafkaProperties;
import io.featherwire.runtime.config.Secret;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Fingerprint;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a frame costs from a device to an MQTT broker besides its payload, counted by a proxy in front of TLS. */
@Tag("slow")
class MqttBytesIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int ROUNDS = 10;
    private static final String USER = "gate";
    private static final Secret PASSWORD = new Secret("word-9f31");

    @TempDir
    private Path directory;

    private EmbeddedBroker kafka;
    private Mosquitto mosquitto;
    private CuttableLine line;
    private Process source;
    private long tick = 1_764_460_800_000L;
    private long clock = tick;

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
        line = new CuttableLine(EmbeddedBroker.freePort(), mosquitto.port());
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
    void shouldTakeTwelveBytesAroundAPayloadAtAFrameASecondOverMqtt() throws Exception {
        double[] cost = measure(new Traffic(1, 30));
        assertThat(cost[0] + cost[1]).isLessThan(12);
    }

    /** The rows of docs/understand/wire-bytes.md for MQTT. */
    @Test
    void shouldSayWhatFramesCostOverMqtt() throws Exception {
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
        var sent = new AtomicInteger();
        var settings = new MqttSettings(
                new MqttAddress("127.0.0.1", line.port(), true),
                "featherwire",
                Optional.of(USER),
                Optional.of(PASSWORD),
                Optional.of(directory.resolve("certificate.pem")));
        try (Outbox outbox = Outbox.open(new OutboxSettings(
                        directory.resolve("box-" + tick),
                        DataSize.ofMebibytes(64),
                        Duration.ofDays(1),
                        FullPolicy.OLDEST,
                        SyncPolicy.NORMAL,
                        OutboxProcess.LARGEST));
                OutboxSender sender = OutboxSender.start(outbox, line(), settings, counting(sent))) {
            var random = new Random(5);
            round(outbox, traffic, random, sent);
            round(outbox, traffic, random, sent);
            long up = line.up();
            long down = line.down();
            long payloads = 0;
            int before = sent.get();
            for (int i = 0; i < ROUNDS; i++) {
                payloads += round(outbox, traffic, random, sent);
            }
            double frames = sent.get() - before;
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
                .kafka(KafkaProperties.none())
                .build();
    }

    /** Bytes of the payloads of a round, which has been sent when this returns. */
    private long round(Outbox outbox, Traffic traffic, Random random, AtomicInteger sent) {
        int target = sent.get() + traffic.sensors() * traffic.frames();
        List<OutboxEntry> entries = new ArrayList<>();
        long payloads = 0;
        for (int i = 0; i < traffic.frames(); i++) {
            tick += TimeUnit.SECONDS.toMillis(1);
            clock = tick + random.nextInt(21);
            for (int sensor = 0; sensor < traffic.sensors(); sensor++) {
                byte[] payload = new byte[16 + random.nextInt(32)];
                random.nextBytes(payload);
                payloads += payload.length;
                entries.add(entry(outbox.newFrameId(), "gate-" + (3 + sensor), payload));
            }
        }
        outbox.append(entries, List.of());
        await().pollInterval(Duration.ofMillis(10))
                .atMost(PATIENCE)
                .until(() -> sent.get() >= target && outbox.isEmpty());
        return payloads;
    }

    private OutboxEntry entry(String frameId, String sensor, byte[] payload) {
        var feature = new CompactFeature(
                frameId, Instant.ofEpochMilli(clock), new Fingerprint(new byte[8]), ByteBuffer.wrap(payload));
        return OutboxEntryBuilder.builder()
                .topic("features")
                .sensorId(sensor)
                .frameId(frameId)
                .capturedAt(clock)
                .timestamp(clock + 35)
                .headers(new RecordHeaders())
                .value(AvroSerde.of(CompactFeature.class).encode(feature))
                .build();
    }

    private static ConnectionListener counting(AtomicInteger sent) {
        return new ConnectionListener() {
            @Override
            public void onLine(boolean up) {}

            @Override
            public void onSent(int frames, int gaps) {
                sent.addAndGet(frames);
            }

            @Override
            public void onBytes(long bytes) {}
        };
    }
}
