package io.featherwire.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProportionTest {

    /** The worked examples of R. G. Newcombe, Statistics in Medicine 17 (1998), 857–872, table I, method 3. */
    @ParameterizedTest
    @CsvSource({"81,263,0.2553,0.3662", "15,148,0.0624,0.1605", "0,20,0.0000,0.1611", "1,29,0.0061,0.1718"})
    void shouldGiveThePublishedIntervals(int hits, int total, double low, double high) {
        ConfidenceInterval interval = new Proportion(hits, total).wilson95();

        assertThat(interval.low()).isCloseTo(low, within(5e-5));
        assertThat(interval.high()).isCloseTo(high, within(5e-5));
    }

    @Test
    void shouldCoverTheTruthInNinetyFivePercentOfAllExperiments() {
        Random random = new Random(1);
        int covered = 0;
        for (int experiment = 0; experiment < 4000; experiment++) {
            int hits = (int) random.doubles(100).filter(x -> x < 0.87).count();
            covered += new Proportion(hits, 100).wilson95().contains(0.87) ? 1 : 0;
        }

        assertThat(covered / 4000.0).isBetween(0.93, 0.97);
    }

    @Test
    void shouldRejectMoreHitsThanImages() {
        assertThatThrownBy(() -> new Proportion(3, 2)).hasMessageContaining("3 of 2");
    }

    @Test
    void shouldHaveTheWidestIntervalWithoutImages() {
        assertThat(new Proportion(0, 0).wilson95()).isEqualTo(new ConfidenceInterval(0, 1));
    }
}
