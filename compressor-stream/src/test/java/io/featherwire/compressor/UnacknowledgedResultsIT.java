package io.featherwire.compressor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.lab.harness.AppProcess;
import io.featherwire.lab.harness.ConsumerGroup;
import io.featherwire.lab.harness.FastCrashDetection;
import io.featherwire.lab.harness.FrameSender;
import io.featherwire.lab.harness.TopicAdmin;
import io.featherwire.lab.harness.TopicCounter;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * At-least-once has no transaction around a result and the freeing of its slot. Here the broker takes the second and not
 * the first, and the process dies: the frame must come out all the same.
 */
@Tag("slow")
class UnacknowledgedResultsIT {

    /** They fill a batch; all but the last one are in the ring when their results are refused. */
    private static final int FRAMES = 20;

    private static final int HELD = FRAMES - 1;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String CHANGELOG = "featherwire-compressor-pending-images-changelog";
    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);

    @TempDir
    private Path directory;

    private EmbeddedBroker broker;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"));
        TopicAdmin.create(broker.bootstrapServers(), 1, List.of("images", "features", "dead-letters"));
        TinyBundle.write(directory.resolve("bundle"));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void shouldNotFreeASlotBeforeItsResultIsAcknowledged() throws Exception {
        // When
        Outcome outcome = crash(CompressorApp.class, UnacknowledgedResultsIT::awaitACommitThatWaitsForResults);

        // Then
        assertThat(outcome.slotsHeld()).isGreaterThanOrEqualTo(HELD);
        assertThat(outcome.missing()).isZero();
    }

    /** The control: the same topology that frees slots at once must be seen to lose frames, or this test sees nothing. */
    @Test
    void shouldSeeTheLossWhereSlotsAreFreedAtOnce() throws Exception {
        // When
        Outcome outcome =
                crash(UntrackedSendsApp.class, app -> await().atMost(PATIENCE).until(() -> slotsHeld() == 0));

        // Then
        assertThat(outcome.missing()).isGreaterThanOrEqualTo(HELD);
    }

    /** What has to be seen before the process is killed. */
    @FunctionalInterface
    private interface Moment {
        void await(AppProcess app) throws Exception;
    }

    /**
     * @param slotsHeld when the process was killed
     * @param missing of the frames whose results were refused, those that a later process has not brought out either
     */
    private record Outcome(int slotsHeld, int missing) {}

    private Outcome crash(Class<?> mainClass, Moment moment) throws Exception {
        String servers = broker.bootstrapServers();
        CountDownLatch beforeTheLast = new CountDownLatch(1);
        CountDownLatch afterTheCrash = new CountDownLatch(1);
        try (ConsumerGroup group = new ConsumerGroup(servers, "featherwire-compressor");
                AppProcess app = start(mainClass, "1m")) {
            // Given a producer that knows the topic
            try (FrameSender feed = feed(FRAMES, new CountDownLatch(0), afterTheCrash)) {
                feed.awaitAcknowledged();
            }
            assertThat(group.awaitCommitted("images", FRAMES, PATIENCE))
                    .as(app::logTail)
                    .isTrue();
            await().atMost(PATIENCE)
                    .until(() -> TopicAdmin.endOffset(servers, 1, "features") == FRAMES && slotsHeld() == 0);

            // And frames in the ring, of which the changelog knows and whose offsets are committed
            try (FrameSender feed = feed(FRAMES + 1, beforeTheLast, afterTheCrash)) {
                assertThat(group.awaitCommitted("images", FRAMES + HELD, PATIENCE))
                        .as(app::logTail)
                        .isTrue();
                await().atMost(PATIENCE).until(() -> slotsHeld() == HELD);

                // When results cannot be written but slots can be freed, and the process dies so
                delete("features");
                beforeTheLast.countDown();
                moment.await(app);
                assertThat(app.isAlive()).as(app::logTail).isTrue();
                app.kill();
                int slotsHeld = slotsHeld();
                group.removeMembers();
                TopicAdmin.create(servers, 1, List.of("features"));
                afterTheCrash.countDown();
                feed.awaitAcknowledged();
                return new Outcome(slotsHeld, missingAfterARestart(mainClass));
            } finally {
                beforeTheLast.countDown();
                afterTheCrash.countDown();
            }
        }
    }

    /** Waits for the frame that was sent after the crash, before which all others come. */
    private int missingAfterARestart(Class<?> mainClass) throws Exception {
        try (AppProcess app = start(mainClass, "25ms");
                TopicCounter features = TopicCounter.start(
                        broker.bootstrapServers(), "features", record -> FEATURES.decode(record.value())
                                .getFrameId())) {
            await().atMost(PATIENCE)
                    .failFast("the app has ended", () -> !app.isAlive())
                    .until(() -> features.missingFrames(FRAMES + 1, n -> n == FRAMES) == 0);
            return features.missingFrames(FRAMES, n -> true);
        }
    }

    /**
     * Waits until the stream thread has forwarded all results, has begun a commit, which sends the changes of the slots,
     * and waits in it for the broker; and until it has asked the broker in vain for the topic some more times, so that all
     * else that it sent has arrived.
     */
    private static void awaitACommitThatWaitsForResults(AppProcess app) throws InterruptedException {
        await().atMost(PATIENCE)
                .until(() -> app.readMetric("featherwire_frames_total").orElse(0) == 2 * FRAMES);
        await().atMost(PATIENCE).until(() -> {
            app.requestThreadDump();
            return !app.lastLine("KafkaProducer.flush").isEmpty();
        });
        double before = requests(app);
        await().atMost(PATIENCE).until(() -> requests(app) >= before + 5);
    }

    /** Slots of the ring that hold a frame, going by the changelog. */
    private int slotsHeld() {
        Map<ByteBuffer, byte[]> ring = new HashMap<>();
        TopicPartition partition = new TopicPartition(CHANGELOG, 0);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(slot -> ring.put(ByteBuffer.wrap(slot.key()), slot.value()));
            }
        }
        return (int) ring.values().stream().filter(Objects::nonNull).count();
    }

    private static double requests(AppProcess app) throws InterruptedException {
        return app.readMetric("kafka_producer_request_total").orElse(0);
    }

    private FrameSender feed(int frames, CountDownLatch beforeTheLast, CountDownLatch afterTheCrash) {
        return FrameSender.start(broker.bootstrapServers(), new FrameSender.Plan(frames, 0, 3, 0, false), n -> {
            try {
                if (n == HELD) {
                    beforeTheLast.await();
                } else if (n == FRAMES) {
                    afterTheCrash.await();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return image();
        });
    }

    private AppProcess start(Class<?> mainClass, String linger) {
        Map<String, String> environment = new HashMap<>(FastCrashDetection.appEnvironmentWithLongTimeouts());
        environment.put("FEATHERWIRE_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("FEATHERWIRE_BUNDLE", directory.resolve("bundle").toString());
        environment.put("FEATHERWIRE_STATE_DIR", directory.resolve("state").toString());
        environment.put("FEATHERWIRE_PROCESSING_GUARANTEE", "at_least_once");
        environment.put("FEATHERWIRE_BATCH_SIZE", Integer.toString(FRAMES));
        environment.put("FEATHERWIRE_BATCH_LINGER", linger);
        environment.put("FEATHERWIRE_NETWORK_RUNS", "1");
        environment.put("FEATHERWIRE_HTTP_PORT", Integer.toString(EmbeddedBroker.freePort()));
        return AppProcess.start(
                "compressor",
                mainClass.getName(),
                environment,
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                directory.resolve("app.log"));
    }

    private void delete(String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.deleteTopics(List.of(topic)).all().get();
        }
    }

    private static FrameSender.Image image() {
        EncodedImage image = TinyBundle.image(1, 2, 3);
        return new FrameSender.Image(ImageEncoding.RGB8, image.width(), image.height(), image.bytes(), null);
    }
}
