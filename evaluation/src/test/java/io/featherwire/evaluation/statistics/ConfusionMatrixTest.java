package io.featherwire.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {

    @Test
    void shouldDistinguishTheMeanOverClassesFromTheShareOfImages() {
        // Given: class 0 has 4 images, 3 right; class 1 has 1 image, wrong; class 2 has none
        ConfusionMatrix matrix = new ConfusionMatrix(3);
        for (int i = 0; i < 3; i++) {
            matrix.add(0, 0);
        }
        matrix.add(0, 1);
        matrix.add(1, 2);

        // Then
        assertThat(matrix.overall()).isEqualTo(new Proportion(3, 5));
        assertThat(matrix.average()).isCloseTo((0.75 + 0) / 2, within(1e-12));
        assertThat(matrix.count(1, 2)).isOne();
        assertThat(matrix.count(2, 1)).isZero();
        assertThat(matrix.ofClass(2).total()).isZero();
    }
}
