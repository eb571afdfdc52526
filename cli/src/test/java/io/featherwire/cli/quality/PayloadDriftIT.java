package io.featherwire.cli.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.featherwire.classifier.ClassifierApp;
import io.featherwire.datasets.Dataset;
import io.featherwire.datasets.Datasets;
import io.featherwire.datasets.Split;
import io.featherwire.producer.DatasetSource;
import io.featherwire.producer.PublishListener;
import io.featherwire.producer.PublishReport;
import io.featherwire.producer.Publisher;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Some sensors see fog, and the size of their payloads shows it before the first label arrives. */
@Tag("slow")
class PayloadDriftIT {

    private static final int FRAMES = 400;
    private static final int FOGGY_FRAMES = 1000;
    private static final String ALERTS = "featherwire_payload_drift_alerts";

    @Test
    void shouldRaiseTheDriftSignalOfTheSensorsInFogBeforeTheFirstLateLabel(@TempDir Path directory) throws Exception {
        Dataset clear = Datasets.open("synthetic");
        Dataset fog = Datasets.open("synthetic:fog");
        var bundle = WaveletBundle.write(directory.resolve("bundle"), clear);
        try (var site = TestPipeline.open(directory);
                var app = site.classifier(Map.of("bundle", bundle.toString()));
                var valley = site.publisher(bundle, labelled("valley", FRAMES));
                var hill = site.publisher(bundle, labelled("hill", FRAMES))) {
            // Given
            var fromTheValley = publish(valley, clear.test().first(FRAMES), clear);
            var fromTheHill = publish(hill, clear.test().first(2 * FRAMES), clear);
            awaitFrames(app, 2 * FRAMES);
            assertThat(TestPipeline.metric(app, ALERTS)).isZero();
            valley.stop();
            fromTheValley.join();

            // When
            try (var foggyValley = site.publisher(bundle, labelled("valley", FOGGY_FRAMES))) {
                var fromTheFog = publish(foggyValley, fog.test().first(FOGGY_FRAMES), fog);

                // Then
                awaitFrames(app, 2 * FRAMES + FOGGY_FRAMES);
                assertThat(TestPipeline.metric(app, ALERTS))
                        .as(
                                "drift alerts while two of four sensors are in the fog and no label has come, of %s",
                                app.liveView().state().sensors())
                        .isEqualTo(2);
                assertThat(TestPipeline.metric(app, "featherwire_payload_drift_z{sensor=\"valley-0\"}"))
                        .isLessThan(-4);
                assertThat(TestPipeline.metric(app, "featherwire_payload_drift_z{sensor=\"hill-0\"}"))
                        .isBetween(-4.0, 4.0);
                assertThat(app.liveView().state().sensors().stream()
                                .filter(sensor -> sensor.alert())
                                .map(sensor -> sensor.sensorId()))
                        .containsExactlyInAnyOrder("valley-0", "valley-1");
                assertThat(TestPipeline.total(app).matched()).isZero();
                foggyValley.stop();
                hill.stop();
                fromTheFog.join();
                fromTheHill.join();
            }
        }
    }

    private static Map<String, String> labelled(String where, int frames) {
        return Map.of("sensor.prefix", where, "sensors", "2", "label.delay", "1h", "count", Integer.toString(frames));
    }

    /** Waits for labels until it is stopped. */
    private static CompletableFuture<PublishReport> publish(Publisher publisher, Split some, Dataset dataset) {
        return CompletableFuture.supplyAsync(() -> publisher.publish(
                new DatasetSource(dataset.name(), dataset.classes(), some, false),
                dataset.classes(),
                PublishListener.SILENT));
    }

    private static void awaitFrames(ClassifierApp app, int frames) {
        await("all %d frames are classified".formatted(frames))
                .atMost(TestPipeline.SOON)
                .ignoreExceptions()
                .until(() -> TestPipeline.total(app).classified() == frames);
    }
}
