package io.featherwire.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ReliabilityDiagramTest {

    @Test
    void shouldMeasureTheGapOfEachBinByItsWeight() {
        // Given: three predictions at 0.9, two of them correct (gap 0.7 / 3), and one correct prediction at 0.5 (gap
        // 0.5)
        ReliabilityDiagram calibration = new ReliabilityDiagram();
        calibration.add(0.9, true);
        calibration.add(0.9, true);
        calibration.add(0.9, false);
        calibration.add(0.5, true);

        // Then
        assertThat(calibration.expectedError()).isCloseTo((0.7 + 0.5) / 4, within(1e-12));
        assertThat(calibration.bins()).hasSize(15);
    }

    @Test
    void shouldBeNearZeroForACalibratedClassifier() {
        Random random = new Random(3);
        ReliabilityDiagram calibration = new ReliabilityDiagram();
        random.doubles(100_000).forEach(p -> calibration.add(p, random.nextDouble() < p));

        assertThat(calibration.expectedError()).isLessThan(0.01);
    }

    @Test
    void shouldCountAnEdgeInTheBinBelow() {
        ReliabilityDiagram calibration = new ReliabilityDiagram();
        calibration.add(0, false);
        calibration.add(1.0 / 15, false);
        calibration.add(1, true);

        assertThat(calibration.bins().get(0).accuracy().total()).isEqualTo(2);
        assertThat(calibration.bins().get(14).accuracy()).isEqualTo(new Proportion(1, 1));
    }
}
