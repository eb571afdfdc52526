package io.featherwire.classifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.classifier.accuracy.Ledger;
import io.featherwire.classifier.dashboard.AccuracyScore;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.lab.harness.TopicAdmin;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.config.ConfigSources;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole classifier against a real broker, accuracy read from the topic and over HTTP. */
final class ClassifierIT {
    private static final Duration SOON = Duration.ofMinutes(5);

    @TempDir
    private Path directory;

    private EmbeddedBroker broker;
    private Bundle bundle;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"));
        TopicAdmin.createAll(broker.bootstrapServers(), 2);
        bundle = TinyBundle.write(directory.resolve("bundles/first"));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void shouldCountLabelsThatAreEarlyLateMissingWrongOrCorrected() throws Exception {
        try (var app = app(Map.of("accuracy.bucket", "500ms", "accuracy.label.wait", "12s"));
                var feeder = new TestFrameSender(broker.bootstrapServers(), bundle)) {
            // Given
            for (int n = 0; n < 100; n++) {
                feeder.label(n, TestFrameSender.classOf(n));
            }
            feeder.flush();

            // When
            for (int n = 0; n < 400; n++) {
                feeder.feature(n);
            }
            for (int n = 100; n < 300; n++) {
                // Every tenth is corrected, from wrong to right; every tenth stays wrong.
                feeder.label(n, TestFrameSender.classOf(n % 10 == 1 || n % 10 == 2 ? n + 1 : n));
                if (n % 10 == 1) {
                    feeder.label(n, TestFrameSender.classOf(n));
                }
            }
            feeder.label(1_000, "red");
            feeder.raw("features", "sensor-0", "no avro".getBytes(UTF_8));
            feeder.flush();

            // Then
            await().atMost(SOON).untilAsserted(() -> {
                assertThat(total(app).classified()).isEqualTo(400);
                assertThat(total(app).matched()).isEqualTo(300);
                assertThat(total(app).labelPending()).isEqualTo(1);
            });
            assertThat(total(app).correct()).isEqualTo(280);
            assertThat(total(app).labelCorrected()).isEqualTo(20);

            // When
            await().atMost(SOON).untilAsserted(() -> {
                assertThat(total(app).labelNever()).isEqualTo(100);
                assertThat(total(app).labelWithoutPrediction()).isEqualTo(1);
            });
            for (int n = 300; n < 310; n++) {
                feeder.label(n, TestFrameSender.classOf(n));
            }
            feeder.flush();

            // Then
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(total(app).labelLate()).isEqualTo(10));
            assertThat(total(app).matched()).isEqualTo(300);
            var served = get(app, "/accuracy").path(Ledger.ALL_BUNDLES).path("total");
            assertThat(served.path("classified").asLong()).isEqualTo(400);
            assertThat(served.path("correct").asLong()).isEqualTo(280);
            assertThat(served.path("accuracy").path("value").asDouble()).isEqualTo(280.0 / 300);
            assertThat(served.path("confusion").get(0).get(0).asLong()).isPositive();
            assertThat(text(app, "/metrics"))
                    .contains("featherwire_accuracy{window=\"total\"} " + 280.0 / 300)
                    .contains("featherwire_labels_total{outcome=\"late\"} 10")
                    .contains("featherwire_dead_letters_total{reason=\"not-avro\",stage=\"decode-record\"");
            assertThat(text(app, "/readyz")).isEqualTo("RUNNING\n");
        }
    }

    @Test
    void shouldClassifyTheFramesOfBatchesOnceThoughTheyAreSentAgainAfterARestart() throws Exception {
        // Given
        TopicAdmin.create(broker.bootstrapServers(), 2, List.of("feature-batches"));
        try (var feeder = new TestFrameSender(broker.bootstrapServers(), bundle)) {
            try (var app = app(Map.of())) {
                feeder.batch("sensor-0", 0, 30);
                feeder.flush();
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(total(app).classified()).isEqualTo(30));
            }
            // When: a device does not know whether they arrived, and has more by now
            try (var app = app(Map.of())) {
                feeder.batch("sensor-0", 0, 30);
                feeder.batch("sensor-0", 0, 60);
                for (int n = 0; n < 60; n++) {
                    feeder.label("sensor-0", n, TestFrameSender.classOf(n));
                }
                feeder.flush();
                // Then
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(total(app).matched()).isEqualTo(60));
                assertThat(total(app).classified()).isEqualTo(60);
                assertThat(total(app).correct()).isEqualTo(60);
                assertThat(text(app, "/metrics")).contains("featherwire_split_frames_total{outcome=\"repeated\"} 60");
            }
        }
    }

    @Test
    void shouldPublishAllCountsBeforeAStopAndContinueFromThemAfterwards() throws Exception {
        // Given
        AccuracyScore atStop;
        try (var feeder = new TestFrameSender(broker.bootstrapServers(), bundle)) {
            try (var app = app(Map.of())) {
                for (int n = 0; n < 50; n++) {
                    feeder.feature(n);
                    feeder.label(n, TestFrameSender.classOf(n));
                }
                feeder.flush();
                await().atMost(SOON).until(() -> classifications(app) >= 50);
            }

            // When
            try (var app = app(Map.of())) {
                await().atMost(SOON).until(() -> app.liveView()
                        .accuracy(Ledger.ALL_BUNDLES, "total")
                        .isPresent());
                atStop = total(app);
                feeder.feature(50);
                feeder.label(50, TestFrameSender.classOf(50));
                feeder.flush();

                // Then
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(total(app).matched()).isEqualTo(51));
            }
        }
        assertThat(atStop.classified()).isEqualTo(50);
        assertThat(atStop.correct()).isEqualTo(50);
    }

    @Test
    void shouldMoveWaitingFramesToTheNewOwnerOfTheirPartitions() throws Exception {
        TopicAdmin.create(
                broker.bootstrapServers(), 4, List.of("wide-features", "wide-labels", "wide-classifications"));
        var wide = Map.of(
                "topic.features", "wide-features",
                "topic.labels", "wide-labels",
                "topic.classifications", "wide-classifications");
        try (var feeder = new TestFrameSender(broker.bootstrapServers(), bundle).to("wide-")) {
            ClassifierApp second;
            try (var first = app(instance("1", wide))) {
                // Given frames classified by the first instance, none with a label
                for (int n = 0; n < 200; n++) {
                    feeder.feature(n);
                }
                feeder.flush();
                await().atMost(SOON).untilAsserted(() -> assertThat(total(first).classified())
                        .isEqualTo(200));

                // When another one joins, the frames of both get the first half of the labels, and the first leaves
                second = app(instance("2", wide));
                for (int n = 0; n < 100; n++) {
                    feeder.label(n, TestFrameSender.classOf(n));
                }
                feeder.flush();
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(total(first).matched()).isEqualTo(100));
            }
            try (second) {
                for (int n = 100; n < 200; n++) {
                    feeder.label(n, TestFrameSender.classOf(n));
                }
                feeder.flush();

                // Then
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(total(second).matched()).isEqualTo(200));
                assertThat(total(second).classified()).isEqualTo(200);
                assertThat(total(second).correct()).isEqualTo(200);
                assertThat(total(second).labelWithoutPrediction()).isZero();
                // The second one has never seen a feature: what it matched came to it as state.
                assertThat(text(second, "/metrics")).contains("featherwire_frames_total{stream=\"classifier\"} 0.0");
            }
        }
    }

    private Map<String, String> instance(String name, Map<String, String> settings) {
        var own = new HashMap<>(settings);
        own.put("state.dir", directory.resolve("state-" + name).toString());
        return own;
    }

    @Test
    void shouldLoadANewBundleWhileRunningAndRefuseAnInvalidOne() throws Exception {
        try (var app = app(Map.of("bundles.dir", directory.resolve("bundles").toString()))) {
            // Given
            var bad = directory.resolve("bundles/bad");
            TinyBundle.write(bad, "bad");
            Files.writeString(bad.resolve("head.onnx"), "not what the manifest says");

            // When
            var second = TinyBundle.write(directory.resolve("bundles/second"), "second");
            await().atMost(SOON)
                    .until(() -> text(app, "/metrics").contains("featherwire_bundles_loaded 2.0")
                            && text(app, "/metrics").contains("featherwire_bundles_refused_total 1.0"));
            try (var feeder = new TestFrameSender(broker.bootstrapServers(), second)) {
                feeder.feature(0);
            }

            // Then
            await().atMost(SOON).until(() -> app.liveView()
                    .accuracy(second.fingerprint().hex(), "total")
                    .map(score -> score.classified() == 1)
                    .orElse(false));
        }
    }

    @Test
    void shouldRefuseTopicsWithDifferentNumbersOfPartitions() throws Exception {
        TopicAdmin.create(broker.bootstrapServers(), 3, List.of("other-labels"));
        assertThatThrownBy(() -> app(Map.of("topic.labels", "other-labels")).close())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("features has 2 partitions and other-labels has 3");
    }

    private ClassifierApp app(Map<String, String> more) throws InterruptedException {
        var settings = new HashMap<>(Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "bundle",
                bundle.directory().toString(),
                "state.dir",
                directory.resolve("state").toString(),
                "http.port",
                "0"));
        settings.putAll(more);
        var app = ClassifierApp.start(ClassifierConfig.from(ConfigSources.of(settings)));
        assertThat(app.app().awaitReady(SOON)).isTrue();
        return app;
    }

    private static AccuracyScore total(ClassifierApp app) {
        // An assertion, so that who awaits it waits for the first snapshot, too.
        var total = app.liveView().accuracy(Ledger.ALL_BUNDLES, "total");
        assertThat(total).isPresent();
        return total.get();
    }

    private static long classifications(ClassifierApp app) {
        return text(app, "/metrics")
                .lines()
                .filter(line -> line.startsWith("featherwire_classifications_total"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static JsonNode get(ClassifierApp app, String path) throws Exception {
        return new ObjectMapper().readTree(text(app, path));
    }

    private static String text(ClassifierApp app, String path) {
        var uri = URI.create("http://127.0.0.1:" + app.app().httpPort() + path);
        try {
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (Exception e) {
            throw new AssertionError(path, e);
        }
    }
}
