package io.featherwire.bundler.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class ParityTest {

    @Test
    void shouldFindTheLargestDifference() {
        assertThat(Parity.maxDifference(new float[] {1, -2, 3}, new float[] {1, -2.5f, 3.25f}))
                .isEqualTo(0.5);
        assertThat(Parity.maxDifference(new float[] {Float.NaN}, new float[] {0}))
                .isNaN();
        assertThatIllegalArgumentException().isThrownBy(() -> Parity.maxDifference(new float[1], new float[2]));
    }

    @Test
    void shouldRefuseADifferenceAboveTheTolerance() {
        assertThat(Parity.requireWithin("logits", new float[] {1}, new float[] {1.0005f}, Parity.LOGITS_TOLERANCE))
                .isLessThan(1e-3);
        assertThatIllegalStateException()
                .isThrownBy(() -> Parity.requireWithin("logits", new float[] {1}, new float[] {1.5f}, 1e-3))
                .withMessageContaining("logits differ by 0.5");
        assertThatIllegalStateException()
                .isThrownBy(() -> Parity.requireWithin("logits", new float[] {Float.NaN}, new float[] {0}, 1e-3));
    }
}
