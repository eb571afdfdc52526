package io.featherwire.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ClassProbabilitiesTest {

    @Test
    void shouldMeasureDivergenceInBits() {
        assertThat(ClassProbabilities.divergenceBits(new float[] {0.5f, 0.5f}, new float[] {0.25f, 0.75f}))
                .isCloseTo(0.5 * 1 + 0.5 * (Math.log(0.5 / 0.75) / Math.log(2)), within(1e-7));
        assertThat(ClassProbabilities.divergenceBits(new float[] {1, 0}, new float[] {1, 0}))
                .isZero();
    }

    @Test
    void shouldStayFiniteIfAProbabilityUnderflows() {
        assertThat(ClassProbabilities.divergenceBits(new float[] {0.5f, 0.5f}, new float[] {1, 0}))
                .isFinite()
                .isGreaterThan(50);
    }
}
