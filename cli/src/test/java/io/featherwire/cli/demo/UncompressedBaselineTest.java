package io.featherwire.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UncompressedBaselineTest {

    @Test
    void shouldCountEachImageAsOftenAsItWasPublished() {
        for (int frames : new int[] {1, 6, 7, 8, 20, 21}) {
            long sum = 0;
            for (int index = 0; index < 7; index++) {
                sum += UncompressedBaseline.timesPublished(index, 7, frames);
            }
            assertThat(sum).isEqualTo(frames);
        }
        assertThat(UncompressedBaseline.timesPublished(6, 7, 6)).isZero();
        assertThat(UncompressedBaseline.timesPublished(0, 7, 8)).isEqualTo(2);
    }
}
