package io.featherwire.compressor;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.lab.harness.AppProcess;
import io.featherwire.lab.harness.Feed;
import io.featherwire.lab.harness.QuickRecovery;
import io.featherwire.lab.harness.Tally;
import io.featherwire.lab.harness.Topics;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.ImageEncoding;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the compressor with -9 while frames run, batches half full, against a real broker. The longer form:
 * -Dfeatherwire.crash.frames=50000 -Dfeatherwire.crash.kills=10.
 */
class CompressorCrashIT {

    private static final int FRAMES = Integer.getInteger("featherwire.crash.frames", 4_000);
    private static final int KILLS = Integer.getInteger("featherwire.crash.kills", 2);
    private static final int PER_SECOND = 500;
    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);

    @TempDir
    private Path directory;

    private final Random random = new Random(1);
    private EmbeddedBroker broker;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"), EmbeddedBroker.freePort(), QuickRecovery.broker());
        Topics.create(broker.bootstrapServers(), 2, List.of("images", "features", "dead-letters"));
        TinyBundle.write(directory.resolve("bundle"));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void shouldLoseAndRepeatNothingUnderExactlyOnce() throws Exception {
        try (Run run = new Run(CompressorApp.class, "exactly_once_v2", FRAMES, 10)) {
            // When
            run.killRepeatedly(KILLS);

            // Then
            assertThat(run.features.await(run.plan.good(), Duration.ofMinutes(2)))
                    .as(run::tail)
                    .isTrue();
            assertThat(run.deadLetters.await(run.plan.poisons(), Duration.ofSeconds(30)))
                    .isTrue();
            assertThat(run.features.missing(FRAMES, n -> !run.plan.poison(n))).isZero();
            assertThat(run.features.repeated()).isZero();
            assertThat(run.features.outOfOrder()).isZero();
            assertThat(run.features.distinct()).isEqualTo(run.plan.good());
            assertThat(run.deadLetters.distinct()).isEqualTo(run.plan.poisons());
            assertThat(run.deadLetters.repeated()).isZero();
        }
    }

    @Test
    void shouldLoseNothingUnderAtLeastOnce() throws Exception {
        try (Run run = new Run(CompressorApp.class, "at_least_once", FRAMES, 10)) {
            // When
            run.killRepeatedly(KILLS);

            // Then
            assertThat(run.features.await(run.plan.good(), Duration.ofMinutes(2)))
                    .as(run::tail)
                    .isTrue();
            assertThat(run.deadLetters.await(run.plan.poisons(), Duration.ofSeconds(30)))
                    .isTrue();
            assertThat(run.features.missing(FRAMES, n -> !run.plan.poison(n))).isZero();
        }
    }

    /** The control: a stream that keeps its batch in plain memory must be seen to lose frames, or this test sees nothing. */
    @Test
    void shouldSeeTheLossOfABatchKeptInPlainMemory() throws Exception {
        assertThat(lostByForgetfulApp(1)).isPositive();
    }

    /** The control of the control: what it loses it loses by the kill. */
    @Test
    void shouldSeeNoLossWhereNothingIsKilled() throws Exception {
        assertThat(lostByForgetfulApp(0)).isZero();
    }

    private int lostByForgetfulApp(int kills) throws Exception {
        try (Run run = new Run(ForgetfulApp.class, "exactly_once_v2", 2_000, 0)) {
            run.killRepeatedly(kills);
            run.feed.await();
            run.features.await(1, Duration.ofMinutes(2));
            run.features.awaitSilence(2_000, Duration.ofSeconds(30));
            return run.features.missing(2_000, n -> true);
        }
    }

    /** A feed, an app in its own JVM, and the counts of what comes out. */
    private final class Run implements AutoCloseable {

        private final Class<?> mainClass;
        private final String guarantee;
        private final Feed.Plan plan;
        private final Feed feed;
        private final Tally features;
        private final Tally deadLetters;
        private AppProcess app;

        Run(Class<?> mainClass, String guarantee, int frames, int poisonEvery) {
            this.mainClass = mainClass;
            this.guarantee = guarantee;
            this.plan = new Feed.Plan(frames, PER_SECOND, 7, poisonEvery, false);
            this.features = Tally.start(broker.bootstrapServers(), "features", record -> FEATURES.decode(record.value())
                    .getFrameId());
            this.deadLetters = Tally.start(broker.bootstrapServers(), "dead-letters", Tally.DEAD_LETTER);
            this.app = startApp();
            this.feed = Feed.start(broker.bootstrapServers(), plan, CompressorCrashIT::image);
        }

        /** Each life lasts until it has brought out a part of the frames, and a moment more. */
        void killRepeatedly(int kills) throws InterruptedException {
            for (int kill = 1; kill <= kills; kill++) {
                int reached = plan.good() * kill / (kills + 2);
                assertThat(features.await(reached, Duration.ofMinutes(1)))
                        .as(this::tail)
                        .isTrue();
                Thread.sleep(random.nextInt(150));
                app.kill();
                app = startApp();
            }
        }

        private AppProcess startApp() {
            Map<String, String> environment = new HashMap<>(QuickRecovery.app());
            environment.put("FEATHERWIRE_BOOTSTRAP_SERVERS", broker.bootstrapServers());
            environment.put("FEATHERWIRE_BUNDLE", directory.resolve("bundle").toString());
            environment.put("FEATHERWIRE_STATE_DIR", directory.resolve("state").toString());
            environment.put("FEATHERWIRE_PROCESSING_GUARANTEE", guarantee);
            environment.put("FEATHERWIRE_BATCH_SIZE", "16");
            environment.put("FEATHERWIRE_BATCH_LINGER", "25ms");
            environment.put("FEATHERWIRE_HTTP_PORT", Integer.toString(EmbeddedBroker.freePort()));
            return AppProcess.start(
                    "compressor",
                    mainClass.getName(),
                    environment,
                    List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                    directory.resolve("app.log"));
        }

        private String tail() {
            return features.distinct() + " of " + plan.good() + " came out; the app says:\n" + app.logTail();
        }

        @Override
        public void close() {
            feed.close();
            app.close();
            features.close();
            deadLetters.close();
        }
    }

    private static Feed.Image image(int n) {
        EncodedImage image = TinyBundle.image(n * 7 & 255, n * 13 & 255, n * 29 & 255);
        return new Feed.Image(ImageEncoding.RGB8, image.width(), image.height(), image.bytes(), null);
    }
}
