package io.featherwire.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PayloadDriftTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final PayloadDrift drift = new PayloadDrift(0.15, registry);
    private final Random random = new Random(4);

    @Test
    void shouldTellASensorWhoseImagesChangedFromOneWhoseDidNot() {
        // Given
        frames("calm", 500, 40);
        frames("foggy", 500, 40);
        assertThat(drift.furthest(10)).noneMatch(sensor -> sensor.alert());

        // When
        frames("calm", 100, 40);
        frames("foggy", 100, 28);

        // Then
        var furthest = drift.furthest(10);
        assertThat(furthest).extracting(sensor -> sensor.sensorId()).containsExactly("foggy", "calm");
        assertThat(furthest).extracting(sensor -> sensor.alert()).containsExactly(true, false);
        assertThat(furthest.get(0).expectedBytes()).isBetween(39.0, 41.0);
        assertThat(registry.get("featherwire.payload.drift.alerts").gauge().value())
                .isEqualTo(1);
        assertThat(registry.get("featherwire.payload.drift")
                        .tag("sensor", "foggy")
                        .gauge()
                        .value())
                .isBetween(-0.3, -0.2);
    }

    @Test
    void shouldNotAlertBeforeThereAreEnoughFrames() {
        frames("new", 20, 80);
        assertThat(drift.furthest(1).get(0).alert()).isFalse();
    }

    /** Sizes spread as those of real images do: the standard deviation is a third of the mean. */
    private void frames(String sensor, int count, double mean) {
        for (int i = 0; i < count; i++) {
            int bytes = (int) Math.max(1, Math.round(mean * (1 + random.nextGaussian() / 3)));
            drift.frame(sensor, bytes, 40);
        }
    }
}
