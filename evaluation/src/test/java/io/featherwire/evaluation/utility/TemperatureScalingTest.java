package io.featherwire.evaluation.utility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TemperatureScalingTest {

    @Test
    void shouldFindTheFactorThatCalibratesProbabilities() {
        // Given: a head with 75 % accuracy whose scores imply another accuracy
        float[] scores = {8, 0, 8, 0, 8, 0, 8, 0};
        int[] labels = {0, 0, 0, 1};

        TemperatureScaling temperature = TemperatureScaling.fit(scores, 2, labels);

        // Then: the log odds are log 3
        assertThat(temperature.factor()).isCloseTo(Math.log(3) / 8, within(1e-5));
        assertThat(temperature.scale(new float[] {8, 0})[0]).isCloseTo((float) Math.log(3), within(1e-4f));
    }

    @Test
    void shouldChangeNothingWithoutImages() {
        assertThat(TemperatureScaling.fit(new float[0], 3, new int[0]).factor()).isEqualTo(1);
    }

    @Test
    void shouldStayFiniteIfAHeadIsNeverWrong() {
        assertThat(TemperatureScaling.fit(new float[] {1, 0}, 2, new int[] {0}).factor())
                .isBetween(10.0, 20.0);
    }
}
