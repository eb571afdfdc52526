package io.featherwire.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingCurveTest {

    @Test
    void shouldAverageOverEachHundredthOfTheTraining() {
        TrainingCurve curve = new TrainingCurve();
        curve.add(0.004, 100, 1, 2.0, 0.2, 100);
        curve.add(0.012, 400, 4, 1.0, 0.6, 300);
        curve.add(0.015, 500, 5, 9.0, 0.9, 100);

        assertThat(curve.provenance())
                .containsExactly(Map.of("imagesSeen", 400L, "seconds", 4L, "loss", 1.25, "trainAccuracy", 0.5));
    }

    @Test
    void shouldCloseWithTheLastImages() {
        TrainingCurve curve = new TrainingCurve();
        curve.add(0.995, 900, 9, 1, 0.5, 900);
        curve.add(1, 1000, 10, 0.5, 0.75, 100);

        assertThat(curve.provenance()).hasSize(2);
    }

    @Test
    void shouldContinueFromACheckpoint() {
        Locale locale = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            TrainingCurve before = new TrainingCurve();
            before.add(0.5, 100, 1.5, 2.0, 0.25, 100);

            TrainingCurve after = new TrainingCurve();
            after.restore(before.toText(), 0.5);
            after.add(0.505, 110, 1.6, 1.0, 0.5, 10);
            after.add(0.511, 120, 1.7, 1.0, 0.5, 10);

            assertThat(after.provenance()).hasSize(2);
            assertThat(after.provenance().get(0)).isEqualTo(before.provenance().get(0));
        } finally {
            Locale.setDefault(locale);
        }
    }
}
