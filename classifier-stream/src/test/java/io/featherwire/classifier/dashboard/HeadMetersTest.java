package io.featherwire.classifier.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.classifier.accuracy.SnapshotKey;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Fingerprint;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class HeadMetersTest {
    private final LiveStateCollector model = new LiveStateCollector();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HeadMeters meters = new HeadMeters(
            model, bundle -> Optional.ofNullable(Map.of(hex(1), "good").get(bundle)), registry);

    @Test
    void shouldShowTheBundlesInUseAndRemoveOthers() {
        // Given a roll-out
        seen(1, 100, 80, 60);
        seen(2, 50, 20, 5);

        // Then
        assertThat(scrape())
                .contains("featherwire_bundle_accuracy{bundle=\"0000000000000001\",name=\"good\",window=\"PT5M\"} 0.75")
                .contains(
                        "featherwire_bundle_accuracy{bundle=\"0000000000000002\",name=\"unknown\",window=\"PT5M\"} 0.25");

        // When it goes on
        seen(2, 60, 30, 15);
        assertThat(scrape()).contains("name=\"unknown\",window=\"PT5M\"} 0.5");
        seen(1, 0, 0, 0);

        // Then
        assertThat(scrape()).contains("bundle=\"0000000000000002\"").doesNotContain("bundle=\"0000000000000001\"");

        // When it is rolled back
        seen(1, 10, 0, 0);
        assertThat(scrape())
                .contains("featherwire_bundle_accuracy{bundle=\"0000000000000001\",name=\"good\",window=\"PT5M\"} NaN");
    }

    @Test
    void shouldShowFurtherHeadsApart() {
        // When
        seen(1, 100, 80, 60);
        snapshot(hex(9), 100, 50, 40, "wasps", hex(1));
        meters.update();

        // Then
        assertThat(scrape())
                .contains("featherwire_head_accuracy{bundle=\"0000000000000001\",head=\"0000000000000009\","
                        + "name=\"wasps\",window=\"PT5M\"} 0.8")
                .contains("featherwire_bundle_accuracy{bundle=\"0000000000000001\"")
                .doesNotContain("featherwire_bundle_accuracy{bundle=\"0000000000000009\"");
        assertThat(model.heads()).containsOnlyKeys(hex(9));
    }

    @Test
    void shouldForgetAWindowThatIsNotCountedAnyMore() {
        // Given
        snapshot(hex(1), 100, 80, 60);
        meters.update();
        assertThat(scrape()).contains("featherwire_bundle_accuracy{");

        // When
        model.removeSnapshot(hex(1) + "/PT5M");
        model.removeSnapshot(hex(2) + "/PT5M");
        meters.update();

        // Then
        assertThat(model.accuracy()).isEmpty();
        assertThat(scrape()).doesNotContain("featherwire_bundle_accuracy{");
    }

    @Test
    void shouldBoundTheNumberOfGauges() {
        for (int n = 1; n <= 100; n++) {
            seen(n, n, n, n);
        }

        var gauges = registry.find("featherwire.bundle.accuracy").gauges();
        assertThat(gauges).hasSize(HeadMeters.MOST);
        assertThat(gauges)
                .extracting(Gauge::getId)
                .extracting(id -> id.getTag("bundle"))
                .contains(hex(100), hex(81));
    }

    /** The newest snapshot of a bundle, and one of all, which is not shown. */
    private void seen(int bundle, long classified, long matched, long correct) {
        snapshot(hex(bundle), classified, matched, correct);
        snapshot(hex(0), classified, matched, correct);
        meters.update();
    }

    private void snapshot(String bundle, long classified, long matched, long correct) {
        snapshot(bundle, classified, matched, correct, null, null);
    }

    private void snapshot(
            String bundle, long classified, long matched, long correct, @Nullable String head, @Nullable String trunk) {
        var key = new SnapshotKey(bundle, HeadMeters.WINDOW);
        model.addSnapshot(
                key.text(),
                AccuracySnapshot.newBuilder()
                        .setBundle(new Fingerprint(HexFormat.of().parseHex(bundle)))
                        .setWindow(key.window())
                        .setEmittedAt(Instant.now())
                        .setClassified(classified)
                        .setMatched(matched)
                        .setCorrect(correct)
                        .setLabelCorrected(0)
                        .setLabelLate(0)
                        .setLabelNever(0)
                        .setLabelWithoutPrediction(0)
                        .setLabelDelayMsMean(0)
                        .setClasses(List.of())
                        .setConfusion(List.of())
                        .setHead(head)
                        .setTrunk(
                                trunk == null
                                        ? null
                                        : new Fingerprint(HexFormat.of().parseHex(trunk)))
                        .build());
    }

    private String scrape() {
        return registry.scrape();
    }

    private static String hex(int n) {
        return "%016x".formatted(n);
    }
}
