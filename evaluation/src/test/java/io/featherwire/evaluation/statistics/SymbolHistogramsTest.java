package io.featherwire.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SymbolHistogramsTest {

    @Test
    void shouldGiveTheEntropyOfEachChannelTimesItsPlane() {
        // Given: two channels of two symbols; the first always 7, the second 0 three times and 1 once
        SymbolHistograms histograms = new SymbolHistograms(2, 2);
        histograms.add(new int[] {7, 7, 0, 0});
        histograms.add(new int[] {7, 7, 0, 1});

        // Then: H(1/4) = 0.811278 bits
        assertThat(histograms.bitsPerChannel()).containsExactly(new double[] {0, 2 * 0.811278}, within(1e-6));
    }
}
