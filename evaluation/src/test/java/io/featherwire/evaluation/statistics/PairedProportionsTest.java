package io.featherwire.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PairedProportionsTest {

    /** R. G. Newcombe, Statistics in Medicine 17 (1998), 2635–2650: 36, 12, 2, 0 has 0.0569 to 0.3404 by method 10. */
    @Test
    void shouldGiveThePublishedIntervalOfAnEmptyCell() {
        // Given: the paper subtracts the second from the first proportion, we subtract before from after. Hence the
        // discordant cells are swapped.
        PairedProportions pairs = new PairedProportions(36, 2, 12, 0);

        // When
        ConfidenceInterval interval = pairs.interval95();

        // Then
        assertThat(pairs.difference()).isEqualTo(0.2, within(1e-12));
        assertThat(interval.low()).isCloseTo(0.0569, within(5e-5));
        assertThat(interval.high()).isCloseTo(0.3404, within(5e-5));
    }

    @Test
    void shouldMirrorWhenBeforeAndAfterChangePlaces() {
        ConfidenceInterval there = new PairedProportions(20, 12, 2, 16).interval95();
        ConfidenceInterval back = new PairedProportions(20, 2, 12, 16).interval95();

        assertThat(there.low()).isCloseTo(-back.high(), within(1e-12));
        assertThat(there.high()).isCloseTo(-back.low(), within(1e-12));
        assertThat(there.high()).isNegative();
    }

    @Test
    void shouldCoverTheTruthAndBeNarrowerThanForIndependentSamples() {
        // Given: 2 % lost, 1 % gained, 84 % correct before and after: a true difference of -0.01
        Random random = new Random(2);
        int covered = 0;
        double width = 0;
        for (int experiment = 0; experiment < 2000; experiment++) {
            int[] cells = new int[4];
            random.doubles(1000).forEach(x -> cells[x < 0.84 ? 0 : x < 0.86 ? 1 : x < 0.87 ? 2 : 3]++);

            // When
            ConfidenceInterval interval = new PairedProportions(cells[0], cells[1], cells[2], cells[3]).interval95();

            // Then
            covered += interval.contains(-0.01) ? 1 : 0;
            width += interval.width();
        }
        assertThat(covered / 2000.0).isBetween(0.93, 0.985);
        assertThat(width / 2000).isLessThan(0.5 * 2 * 1.96 * Math.sqrt(2 * 0.86 * 0.14 / 1000));
    }

    @Test
    void shouldGiveTheExactBinomialProbability() {
        // P(at most 2 of 14) twice: 2 * (1 + 14 + 91) / 2^14
        assertThat(new PairedProportions(30, 12, 2, 6).mcNemarExact()).isCloseTo(212 / 16384.0, within(1e-12));
        assertThat(new PairedProportions(30, 5, 5, 6).mcNemarExact()).isEqualTo(1);
        assertThat(new PairedProportions(30, 0, 0, 6).mcNemarExact()).isEqualTo(1);
    }

    @Test
    void shouldStayWithinItsRangeForExtremes() {
        assertThat(new PairedProportions(0, 10, 0, 0).interval95().low()).isEqualTo(-1);
        assertThat(new PairedProportions(0, 0, 0, 0).interval95()).isEqualTo(new ConfidenceInterval(-1, 1));
    }
}
