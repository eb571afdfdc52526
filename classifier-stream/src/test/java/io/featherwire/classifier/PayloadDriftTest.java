package io.featherwire.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.classifier.dashboard.DriftAlert;
import io.featherwire.classifier.dashboard.LiveState.SensorDrift;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.testing.TinyBundle;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PayloadDriftTest {
    /** As payloads of about three bytes are: the deviation is a third of the mean. */
    private static final ExpectedPayloadSize EXPECTED = new ExpectedPayloadSize(3, 1, 1000);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final PayloadDrift drift = new PayloadDrift(new DriftAlert(4, 0.05, 0.15), registry);
    private final Random random = new Random(4);

    @ParameterizedTest
    @ValueSource(doubles = {0.9, 1.1, 1.33})
    void shouldAlertOnASensorWhoseImagesChanged(double change) {
        // Given
        frames("calm", 1000, 3);
        frames("foggy", 1000, 3);
        assertThat(drift.mostDeviating(10)).noneMatch(SensorDrift::alert);

        // When
        frames("calm", 1500, 3);
        frames("foggy", 1500, 3 * change);

        // Then
        var furthest = drift.mostDeviating(10);
        assertThat(furthest).extracting(SensorDrift::sensorId).containsExactly("foggy", "calm");
        assertThat(furthest).extracting(SensorDrift::alert).containsExactly(true, false);
        assertThat(furthest.get(0).expectedBytes()).isEqualTo(3, within(1e-9));
        assertThat(gauge("featherwire.payload.drift", "foggy")).isEqualTo(change - 1, within(0.05));
        assertThat(gauge("featherwire.payload.drift.z", "foggy") * (change - 1)).isPositive();
        assertThat(gauge("featherwire.payload.drift.z", "foggy"))
                .isEqualTo(furthest.get(0).z());
        assertThat(registry.get("featherwire.payload.drift.alerts").gauge().value())
                .isEqualTo(1);
    }

    @Test
    void shouldDivideByTheStandardErrorOfTheFramesAndOfTheExpectation() {
        // Given
        var expected = new ExpectedPayloadSize(10, 2, 400);

        // When a hundred frames are a byte too large
        for (int i = 0; i < 100; i++) {
            drift.addFrame("s", 11, expected);
        }

        // Then
        assertThat(drift.mostDeviating(1).get(0).z())
                .isEqualTo(1 / (2 * Math.sqrt(1 / 100.0 + 1 / 400.0)), within(1e-9));
    }

    @Test
    void shouldNotAlertOnASignificantButSmallDifference() {
        // Given payloads that hardly spread
        var expected = new ExpectedPayloadSize(100, 1, 0);

        // When
        for (int i = 0; i < 1000; i++) {
            drift.addFrame("s", i % 2 == 0 ? 101 : 102, expected);
        }

        // Then
        var sensor = drift.mostDeviating(1).get(0);
        assertThat(sensor.z()).isGreaterThan(30);
        assertThat(sensor.alert()).isFalse();
    }

    @Test
    void shouldNotAlertBeforeThereAreEnoughFrames() {
        frames("new", 49, 9);
        assertThat(drift.mostDeviating(1).get(0).z()).isGreaterThan(4);
        assertThat(drift.mostDeviating(1).get(0).alert()).isFalse();

        frames("new", 1, 9);
        assertThat(drift.mostDeviating(1).get(0).alert()).isTrue();
    }

    @Test
    void shouldUseTheRelativeChangeIfTheBundleHasNoStandardDeviation() {
        // Given
        var expected = new ExpectedPayloadSize(40, 0, 0);

        // When
        for (int i = 0; i < 100; i++) {
            drift.addFrame("ten percent", 44, expected);
            drift.addFrame("twenty percent", 32, expected);
        }

        // Then
        assertThat(drift.mostDeviating(2))
                .extracting(SensorDrift::sensorId)
                .containsExactly("twenty percent", "ten percent");
        assertThat(drift.mostDeviating(2)).extracting(SensorDrift::alert).containsExactly(true, false);
        assertThat(drift.mostDeviating(2)).extracting(SensorDrift::z).containsOnlyNulls();
        assertThat(gauge("featherwire.payload.drift.z", "ten percent")).isNaN();
    }

    @Test
    void shouldNotReportDriftAfterAChangeOfBundle() {
        frames("s", 500, 3);
        for (int i = 0; i < 500; i++) {
            drift.addFrame(
                    "s", 40 + (int) Math.round(12 * random.nextGaussian()), new ExpectedPayloadSize(40, 12, 1000));
        }
        assertThat(drift.mostDeviating(1).get(0).z()).isBetween(-3.0, 3.0);
    }

    @Test
    void shouldReadTheExpectationFromTheBundle() {
        assertThat(expected(Map.of())).isEmpty();
        assertThat(expected(Map.of("validation", Map.of("bytesAsSent", "many"))))
                .isEmpty();
        assertThat(expected(Map.of("validation", Map.of("bytesAsSent", 2.9))))
                .contains(new ExpectedPayloadSize(2.9, 0, 0));
        assertThat(expected(
                        Map.of("validation", Map.of("bytesAsSent", 2.9, "bytesAsSentDeviation", 0.9, "images", 1000))))
                .contains(new ExpectedPayloadSize(2.9, 0.9, 1000));
    }

    private static Optional<ExpectedPayloadSize> expected(Map<String, Object> provenance) {
        BundleManifest manifest = TinyBundle.manifest("tiny").withProvenance(provenance);
        return ExpectedPayloadSize.parse(manifest);
    }

    private double gauge(String name, String sensor) {
        return registry.get(name).tag("sensor", sensor).gauge().value();
    }

    private void frames(String sensor, int count, double mean) {
        for (int i = 0; i < count; i++) {
            drift.addFrame(sensor, (int) Math.max(1, Math.round(mean + random.nextGaussian())), EXPECTED);
        }
    }
}
