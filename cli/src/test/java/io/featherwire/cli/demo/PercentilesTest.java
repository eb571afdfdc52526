package io.featherwire.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PercentilesTest {

    @Test
    void shouldReturnNearestRanks() {
        var percentiles = new Percentiles();
        for (int i = 2000; i >= 1; i--) {
            percentiles.add(i);
        }
        assertThat(percentiles.percentile(.5)).isEqualTo(1000);
        assertThat(percentiles.percentile(.99)).isEqualTo(1980);
        assertThat(percentiles.percentile(1)).isEqualTo(2000);
        assertThat(new Percentiles().percentile(.5)).isZero();
    }
}
