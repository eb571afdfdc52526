package io.featherwire.cli.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.featherwire.classifier.ClassifierApp;
import io.featherwire.classifier.accuracy.Ledger;
import io.featherwire.classifier.dashboard.AccuracyScore;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleWriter;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.codec.testing.TinyGraph;
import io.featherwire.lab.harness.FrameSender;
import io.featherwire.lab.harness.TopicCounter;
import io.featherwire.lab.harness.TrivialImages;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A worse bundle is rolled out while frames come, is seen to be worse, and is rolled back; no frame is lost. */
@Tag("slow")
class BundleRolloutIT {

    private static final int ENOUGH = 200;
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("io.featherwire.classifier");
    private static final AvroSerde<Classification> CLASSIFICATIONS = AvroSerde.of(Classification.class);

    @Test
    void shouldShowAWorseBundleUnderLoadAndLoseNoFrameOnTheWayThereAndBack(@TempDir Path directory) throws Exception {
        Path bundleRegistry = directory.resolve("bundles");
        Bundle good = TinyBundle.write(bundleRegistry.resolve("good"));
        var log = new ListAppender<ILoggingEvent>();
        log.start();
        LOGGER.addAppender(log);
        try (var site = TestPipeline.open(directory);
                var app = site.classifier(Map.of("bundles.dir", bundleRegistry.toString()));
                var tally = TopicCounter.start(site.bootstrapServers(), "classifications", record -> CLASSIFICATIONS
                        .decode(record.value())
                        .getFrameId());
                var letters = TopicCounter.start(site.bootstrapServers(), "dead-letters", TopicCounter.DEAD_LETTER)) {
            // Not closed with the others: the compressor must outlive it.
            var feed = FrameSender.start(
                    site.bootstrapServers(), new FrameSender.Plan(1_000_000, 100, 4, 0, true), TrivialImages::image);

            // Given
            try (var compressor = site.compressor(good.directory())) {
                awaitLabelled(app, good, ENOUGH, letters);
                assertThat(compressor.app().isLive()).isTrue();
            }

            // When a bad bundle comes
            broken(bundleRegistry.resolve("broken"));

            // Then
            await().atMost(TestPipeline.SOON)
                    .untilAsserted(() -> assertThat(TestPipeline.metric(app, "featherwire_bundles_refused_total"))
                            .isEqualTo(1));
            assertThat(log.list)
                    .filteredOn(event -> event.getLevel() == Level.ERROR)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .singleElement()
                    .asString()
                    .startsWith("bundle refused: ")
                    .contains("broken", "head.onnx is not the file of this bundle");

            // When a worse one is rolled out
            Bundle worse = worse(bundleRegistry.resolve("worse"));
            await().atMost(TestPipeline.SOON)
                    .untilAsserted(() -> assertThat(TestPipeline.metric(app, "featherwire_bundles_loaded"))
                            .isEqualTo(2));
            try (var compressor = site.compressor(worse.directory())) {
                awaitLabelled(app, worse, ENOUGH, letters);
                assertThat(compressor.app().isLive()).isTrue();
            }

            // Then
            assertThat(score(app, good).accuracy().value()).isEqualTo(1);
            assertThat(score(app, worse).accuracy().value()).isBetween(0.3, 0.37);

            // When it is rolled back
            long before = score(app, good).matched();
            try (var compressor = site.compressor(good.directory())) {
                awaitLabelled(app, good, before + ENOUGH, letters);
                feed.close();
                int frames = feed.acknowledgedFrames();

                // Then
                assertThat(tally.awaitRecords(frames, TestPipeline.SOON)).isTrue();
                assertThat(letters.distinctRecords()).as("dead letters").isZero();
                assertThat(tally.missingFrames(frames, n -> true))
                        .as("frames without a classification, of %d", frames)
                        .isZero();
                assertThat(tally.distinctRecords()).isEqualTo(frames);
                assertThat(tally.duplicateRecords())
                        .as("classifications too many")
                        .isZero();
                await().atMost(TestPipeline.SOON)
                        .untilAsserted(() ->
                                assertThat(TestPipeline.total(app).classified()).isEqualTo(frames));
                assertThat(score(app, good).classified() + score(app, worse).classified())
                        .isEqualTo(frames);
                assertThat(compressor.app().isLive()).isTrue();
            }
        } finally {
            LOGGER.detachAppender(log);
        }
    }

    private static void awaitLabelled(ClassifierApp app, Bundle bundle, long frames, TopicCounter letters) {
        await().atMost(TestPipeline.SOON)
                .failFast("no frame becomes a dead letter", () -> assertThat(letters.distinctRecords())
                        .as(
                                "dead letters while bundle %s is rolled out",
                                bundle.manifest().name())
                        .isZero())
                .untilAsserted(() -> assertThat(matched(app, bundle))
                        .as(
                                "labelled frames of bundle %s, of %d classified frames in all",
                                bundle.manifest().name(), classified(app))
                        .isGreaterThanOrEqualTo(frames));
    }

    private static long matched(ClassifierApp app, Bundle bundle) {
        return app.liveView()
                .accuracy(bundle.fingerprint().hex(), Ledger.TOTAL)
                .map(AccuracyScore::matched)
                .orElse(0L);
    }

    private static long classified(ClassifierApp app) {
        return app.liveView()
                .accuracy(Ledger.ALL_BUNDLES, Ledger.TOTAL)
                .map(AccuracyScore::classified)
                .orElse(0L);
    }

    private static AccuracyScore score(ClassifierApp app, Bundle bundle) {
        return TestPipeline.total(app, bundle.fingerprint().hex());
    }

    /** Predicts green for blue and blue for green. */
    private static Bundle worse(Path directory) throws Exception {
        Path making = Files.createTempDirectory(directory.getParent().getParent(), "making");
        TinyBundle.write(making, "worse");
        new TinyGraph()
                .input("feature", 3, 2, 2)
                .output("logits", 3)
                .weights("swap", new float[] {1, 0, 0, 0, 0, 1, 0, 1, 0}, 3, 3, 1, 1)
                .node("Conv", List.of("feature", "swap"), "swapped")
                .node("GlobalAveragePool", List.of("swapped"), "mean")
                .node("Flatten", List.of("mean"), "logits")
                .write(making.resolve("head.onnx"));
        BundleWriter.write(making, TinyBundle.manifest("worse"));
        return Bundle.load(Files.move(making, directory));
    }

    private static void broken(Path directory) throws Exception {
        Path making = Files.createTempDirectory(directory.getParent().getParent(), "making");
        TinyBundle.write(making, "broken");
        Files.writeString(making.resolve("head.onnx"), "not what the manifest says");
        Files.move(making, directory);
    }
}
