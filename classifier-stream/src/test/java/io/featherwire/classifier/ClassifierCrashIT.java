package io.featherwire.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.classifier.accuracy.Ledger;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.lab.harness.AppProcess;
import io.featherwire.lab.harness.FastCrashDetection;
import io.featherwire.lab.harness.TopicAdmin;
import io.featherwire.lab.harness.TopicCounter;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the classifier with -9 while features and labels run, against a real broker, and compares the accuracy on the topic with
 * the truth, to the frame. The longer form: -Dfeatherwire.crash.frames=50000 -Dfeatherwire.crash.kills=10.
 */
@Tag("slow")
final class ClassifierCrashIT {
    private static final int FRAMES = Integer.getInteger("featherwire.crash.frames", 4_000);
    private static final int KILLS = Integer.getInteger("featherwire.crash.kills", 2);
    private static final int PER_SECOND = 500;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final AvroSerde<Classification> CLASSIFICATIONS = AvroSerde.of(Classification.class);

    @TempDir
    private Path directory;

    private final Random random = new Random(2);
    private EmbeddedBroker broker;
    private Bundle bundle;
    private AppProcess app;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(
                directory.resolve("broker"), EmbeddedBroker.freePort(), FastCrashDetection.brokerSettings());
        TopicAdmin.createAll(broker.bootstrapServers(), 2);
        bundle = TinyBundle.write(directory.resolve("bundle"));
    }

    @AfterEach
    void stop() {
        app.close();
        broker.close();
    }

    @Test
    void shouldClassifyAndCountEachFrameOnceUnderExactlyOnce() throws Exception {
        try (var classified = tally()) {
            // When
            run("exactly_once_v2", classified);

            // Then
            assertThat(classified.distinctRecords()).isEqualTo(FRAMES);
            assertThat(classified.duplicateRecords()).isZero();
            assertThat(classified.recordsOutOfOrder()).isZero();
        }
    }

    @Test
    void shouldCountEachFrameOnceUnderAtLeastOnceToo() throws Exception {
        try (var classified = tally()) {
            run("at_least_once", classified);
            assertThat(classified.distinctRecords()).isEqualTo(FRAMES);
        }
    }

    private TopicCounter tally() {
        return TopicCounter.start(broker.bootstrapServers(), "classifications", record -> CLASSIFICATIONS
                .decode(record.value())
                .getFrameId());
    }

    /** Each life lasts until it has brought out a part of the frames, and a moment more. */
    private void run(String guarantee, TopicCounter classified) throws Exception {
        // Given
        app = startApp(guarantee);
        var feed = new Thread(this::feed, "feed");
        feed.start();

        // When
        for (int kill = 1; kill <= KILLS; kill++) {
            assertThat(classified.awaitRecords(FRAMES * kill / (KILLS + 2), PATIENCE))
                    .as(app::logTail)
                    .isTrue();
            Thread.sleep(random.nextInt(150));
            app.kill();
            app = startApp(guarantee);
        }
        feed.join();
        assertThat(classified.awaitRecords(FRAMES, PATIENCE)).as(app::logTail).isTrue();

        // Then
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
            var total = total();
            assertThat(total.path("classified").asInt()).isEqualTo(FRAMES);
            assertThat(total.path("matched").asInt()).isEqualTo(FRAMES);
            assertThat(total.path("correct").asInt()).isEqualTo(FRAMES - FRAMES / 10);
            assertThat(total.path("labelCorrected").asInt()).isEqualTo(FRAMES / 10);
        });

        // And nothing was counted twice later: the total that an app publishes before it stops is the last word
        assertThat(app.terminate(PATIENCE)).as(app::logTail).hasValue(0);
        assertThat(publishedAtLast().getClassified()).isEqualTo(FRAMES);
    }

    private AccuracySnapshot publishedAtLast() {
        AvroSerde<AccuracySnapshot> snapshots = AvroSerde.of(AccuracySnapshot.class);
        List<TopicPartition> partition = List.of(new TopicPartition("accuracy", 0));
        AccuracySnapshot last = null;
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(partition);
            consumer.seekToBeginning(partition);
            long end = consumer.endOffsets(partition).get(partition.get(0));
            while (consumer.position(partition.get(0)) < end) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    AccuracySnapshot snapshot = snapshots.decode(record.value());
                    boolean ofAll = HexFormat.of()
                            .formatHex(snapshot.getBundle().bytes())
                            .equals(Ledger.ALL_BUNDLES);
                    last = ofAll && snapshot.getWindow().equals(Ledger.TOTAL) ? snapshot : last;
                }
            }
        }
        assertThat(last).as("a total of all bundles on the topic").isNotNull();
        return last;
    }

    /** Every tenth label stays wrong, every other tenth is corrected. */
    private void feed() {
        try (var feeder = new TestFrameSender(broker.bootstrapServers(), bundle)) {
            long start = System.nanoTime();
            for (int n = 0; n < FRAMES; n++) {
                LockSupport.parkNanos(start + (long) (n * (1e9 / PER_SECOND)) - System.nanoTime());
                feeder.feature(n);
                feeder.label(n, TestFrameSender.classOf(n % 10 < 2 ? n + 1 : n));
                if (n % 10 == 1) {
                    feeder.label(n, TestFrameSender.classOf(n));
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException("the feed broke", e);
        }
    }

    private JsonNode total() {
        try {
            return new ObjectMapper()
                    .readTree(app.fetch("/accuracy"))
                    .path("0000000000000000")
                    .path("total");
        } catch (Exception e) {
            throw new AssertionError("no answer", e);
        }
    }

    private AppProcess startApp(String guarantee) {
        Map<String, String> environment = new HashMap<>(FastCrashDetection.appEnvironment());
        environment.put("FEATHERWIRE_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("FEATHERWIRE_BUNDLE", directory.resolve("bundle").toString());
        environment.put("FEATHERWIRE_STATE_DIR", directory.resolve("state").toString());
        environment.put("FEATHERWIRE_PROCESSING_GUARANTEE", guarantee);
        environment.put("FEATHERWIRE_BATCH_SIZE", "16");
        environment.put("FEATHERWIRE_BATCH_LINGER", "25ms");
        environment.put("FEATHERWIRE_NETWORK_THREADS", "1");
        environment.put("FEATHERWIRE_HTTP_PORT", Integer.toString(EmbeddedBroker.freePort()));
        return AppProcess.start(
                "classifier",
                ClassifierApp.class.getName(),
                environment,
                List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                directory.resolve("classifier.log"));
    }
}
