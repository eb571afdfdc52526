package io.featherwire.compressor;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills the compressor with -9 against a real broker: at random while frames run, and at the one point that matters, when the
 * offsets of a batch are committed and nothing of it has come out. The longer form: -Dfeatherwire.crash.frames=50000
 * -Dfeatherwire.crash.kills=10.
 */
@Tag("slow")
class CompressorCrashIT {

    private static final int FRAMES = Integer.getInteger("featherwire.crash.frames", 4_000);
    private static final int KILLS = Integer.getInteger("featherwire.crash.kills", 2);
    private static final int PER_SECOND = 500;

    /** Frames that are pending when the app is killed, and those that come after them. */
    private static final int HELD = 40;

    private static final int AFTER = 400;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);

    @TempDir
    private Path directory;

    private final Random random = new Random(1);
    private EmbeddedBroker broker;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(
                directory.resolve("broker"), EmbeddedBroker.freePort(), FastCrashDetection.brokerSettings());
        TopicAdmin.create(broker.bootstrapServers(), 2, List.of("images", "features", "dead-letters"));
        TinyBundle.write(directory.resolve("bundle"));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void shouldLoseAndRepeatNothingUnderExactlyOnce() throws Exception {
        try (Run run = new Run(CompressorApp.class, "exactly_once_v2", 10)) {
            // When
            run.killAtRandom();

            // Then
            assertThat(run.features.awaitRecords(run.plan.goodFrames(), PATIENCE))
                    .as(run::tail)
                    .isTrue();
            assertThat(run.deadLetters.awaitRecords(run.plan.poisonFrames(), PATIENCE))
                    .isTrue();
            assertThat(run.features.missingFrames(FRAMES, n -> !run.plan.isPoison(n)))
                    .isZero();
            assertThat(run.features.duplicateRecords()).isZero();
            assertThat(run.features.recordsOutOfOrder()).isZero();
            assertThat(run.features.distinctRecords()).isEqualTo(run.plan.goodFrames());
            assertThat(run.deadLetters.distinctRecords()).isEqualTo(run.plan.poisonFrames());
            assertThat(run.deadLetters.duplicateRecords()).isZero();
        }
    }

    @Test
    void shouldLoseNothingUnderAtLeastOnce() throws Exception {
        try (Run run = new Run(CompressorApp.class, "at_least_once", 10)) {
            // When
            run.killAtRandom();

            // Then
            assertThat(run.features.awaitRecords(run.plan.goodFrames(), PATIENCE))
                    .as(run::tail)
                    .isTrue();
            assertThat(run.deadLetters.awaitRecords(run.plan.poisonFrames(), PATIENCE))
                    .isTrue();
            assertThat(run.features.missingFrames(FRAMES, n -> !run.plan.isPoison(n)))
                    .isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exactly_once_v2", "at_least_once"})
    void shouldForwardABatchWhoseOffsetsWereCommittedBeforeTheKill(String guarantee) throws Exception {
        try (HeldRun run = new HeldRun(CompressorApp.class, guarantee)) {
            // When
            run.killWithTheBatchCommitted();

            // Then
            assertThat(run.features.awaitRecords(HELD + AFTER, PATIENCE))
                    .as(run::tail)
                    .isTrue();
            assertThat(run.features.missingFrames(HELD + AFTER, n -> true)).isZero();
        }
    }

    /** The control: a stream that keeps its batch in plain memory must be seen to lose that batch, or this test sees nothing. */
    @Test
    void shouldSeeTheLossOfABatchKeptInPlainMemory() throws Exception {
        try (HeldRun run = new HeldRun(LossyBatchingApp.class, "exactly_once_v2")) {
            // When
            run.killWithTheBatchCommitted();

            // Then what comes later came out, of each sensor, so that what came before has had its chance
            assertThat(run.features.awaitRecords(AFTER, PATIENCE)).as(run::tail).isTrue();
            assertThat(run.features.missingFrames(HELD, n -> true)).isEqualTo(HELD);
            assertThat(run.features.missingFrames(HELD + AFTER, n -> n >= HELD)).isZero();
        }
    }

    /** The control of the control: what it loses it loses by the kill. */
    @Test
    void shouldSeeNoLossWhereNothingIsKilled() throws Exception {
        try (HeldRun run = new HeldRun(LossyBatchingApp.class, "exactly_once_v2", "1s")) {
            // When
            run.awaitTheBatchCommitted();
            run.sendTheRest();

            // Then
            assertThat(run.features.awaitRecords(HELD + AFTER, PATIENCE))
                    .as(run::tail)
                    .isTrue();
        }
    }

    private AppProcess startApp(
            Class<?> mainClass, String guarantee, int batch, String linger, Map<String, String> recovery) {
        Map<String, String> environment = new HashMap<>(recovery);
        environment.put("FEATHERWIRE_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("FEATHERWIRE_BUNDLE", directory.resolve("bundle").toString());
        environment.put("FEATHERWIRE_STATE_DIR", directory.resolve("state").toString());
        environment.put("FEATHERWIRE_PROCESSING_GUARANTEE", guarantee);
        environment.put("FEATHERWIRE_BATCH_SIZE", Integer.toString(batch));
        environment.put("FEATHERWIRE_BATCH_LINGER", linger);
        environment.put("FEATHERWIRE_HTTP_PORT", Integer.toString(EmbeddedBroker.freePort()));
        return AppProcess.start(
                "compressor",
                mainClass.getName(),
                environment,
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                directory.resolve("app.log"));
    }

    private TopicCounter tally() {
        return TopicCounter.start(broker.bootstrapServers(), "features", record -> FEATURES.decode(record.value())
                .getFrameId());
    }

    /** A feed, an app in its own JVM, and the counts of what comes out. */
    private final class Run implements AutoCloseable {

        private final Class<?> mainClass;
        private final String guarantee;
        private final FrameSender.Plan plan;
        private final FrameSender feed;
        private final TopicCounter features;
        private final TopicCounter deadLetters;
        private AppProcess app;

        Run(Class<?> mainClass, String guarantee, int poisonEvery) {
            this.mainClass = mainClass;
            this.guarantee = guarantee;
            this.plan = new FrameSender.Plan(FRAMES, PER_SECOND, 7, poisonEvery, false);
            this.features = tally();
            this.deadLetters = TopicCounter.start(broker.bootstrapServers(), "dead-letters", TopicCounter.DEAD_LETTER);
            this.app = startApp();
            this.feed = FrameSender.start(broker.bootstrapServers(), plan, CompressorCrashIT::image);
        }

        /** Each life lasts until it has brought out a part of the frames, and a moment more. */
        void killAtRandom() throws InterruptedException {
            for (int kill = 1; kill <= KILLS; kill++) {
                int reached = plan.goodFrames() * kill / (KILLS + 2);
                assertThat(features.awaitRecords(reached, PATIENCE))
                        .as(this::tail)
                        .isTrue();
                Thread.sleep(random.nextInt(150));
                app.kill();
                app = startApp();
            }
        }

        private AppProcess startApp() {
            return CompressorCrashIT.this.startApp(
                    mainClass, guarantee, 16, "25ms", FastCrashDetection.appEnvironment());
        }

        private String tail() {
            return features.distinctRecords() + " of " + plan.goodFrames() + " came out; the app says:\n"
                    + app.logTail();
        }

        @Override
        public void close() {
            feed.close();
            app.close();
            features.close();
            deadLetters.close();
        }
    }

    /** Some frames that pend in a batch far from full, and the rest only when it is asked for. */
    private final class HeldRun implements AutoCloseable {

        private final Class<?> mainClass;
        private final String guarantee;
        private final CountDownLatch rest = new CountDownLatch(1);
        private final ConsumerGroup group = new ConsumerGroup(broker.bootstrapServers(), "featherwire-compressor");
        private final TopicCounter features = tally();
        private final FrameSender feed = FrameSender.start(
                broker.bootstrapServers(), new FrameSender.Plan(HELD + AFTER, 0, 7, 0, false), this::heldImage);
        private AppProcess app;

        HeldRun(Class<?> mainClass, String guarantee) {
            this(mainClass, guarantee, "1m");
        }

        HeldRun(Class<?> mainClass, String guarantee, String linger) {
            this.mainClass = mainClass;
            this.guarantee = guarantee;
            this.app = startApp(
                    mainClass, guarantee, 10 * HELD, linger, FastCrashDetection.appEnvironmentWithLongTimeouts());
        }

        /** That the broker has nothing of it shows that all of it was pending. */
        void killWithTheBatchCommitted() throws InterruptedException {
            awaitTheBatchCommitted();
            app.kill();
            assertThat(TopicAdmin.endOffset(broker.bootstrapServers(), 2, "features"))
                    .as("frames out before the kill")
                    .isZero();
            group.removeMembers();
            app = startApp(mainClass, guarantee, 16, "25ms", FastCrashDetection.appEnvironmentWithLongTimeouts());
            sendTheRest();
        }

        void awaitTheBatchCommitted() throws InterruptedException {
            assertThat(group.awaitCommitted("images", HELD, PATIENCE))
                    .as(this::tail)
                    .isTrue();
        }

        void sendTheRest() throws InterruptedException {
            rest.countDown();
            feed.awaitAcknowledged();
        }

        private FrameSender.Image heldImage(int n) {
            try {
                if (n == HELD) {
                    rest.await();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return image(n);
        }

        private String tail() {
            return features.distinctRecords() + " came out; the app says:\n" + app.logTail();
        }

        @Override
        public void close() {
            rest.countDown();
            feed.close();
            app.close();
            features.close();
            group.close();
        }
    }

    private static FrameSender.Image image(int n) {
        EncodedImage image = TinyBundle.image(n * 7 & 255, n * 13 & 255, n * 29 & 255);
        return new FrameSender.Image(ImageEncoding.RGB8, image.width(), image.height(), image.bytes(), null);
    }
}
