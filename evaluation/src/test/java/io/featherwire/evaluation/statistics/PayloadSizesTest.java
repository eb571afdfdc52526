package io.featherwire.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PayloadSizesTest {

    @Test
    void shouldGiveMeanAndQuantiles() {
        PayloadSizes sizes = new PayloadSizes();
        IntStream.rangeClosed(1, 2000).map(i -> 2001 - i).forEach(sizes::add);

        assertThat(sizes.mean()).isEqualTo(1000.5);
        assertThat(sizes.quantile(0.5)).isEqualTo(1000);
        assertThat(sizes.quantile(0.99)).isEqualTo(1980);
        assertThat(sizes.quantile(0)).isEqualTo(1);
        assertThat(new PayloadSizes().quantile(0.5)).isZero();
    }
}
