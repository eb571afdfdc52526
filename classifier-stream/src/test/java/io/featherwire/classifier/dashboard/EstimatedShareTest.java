package io.featherwire.classifier.dashboard;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class EstimatedShareTest {
    @Test
    void shouldGiveWilsonsInterval() {
        // Given: the example of Newcombe (1998), 81 of 263: 0.2553 to 0.3662
        var share = requireNonNull(EstimatedShare.of(81, 263));

        // Then
        assertThat(share.value()).isCloseTo(0.3080, within(1e-4));
        assertThat(share.low()).isCloseTo(0.2553, within(1e-4));
        assertThat(share.high()).isCloseTo(0.3662, within(1e-4));
        assertThat(EstimatedShare.of(0, 0)).isNull();
        assertThat(requireNonNull(EstimatedShare.of(0, 10)).low()).isCloseTo(0, within(1e-12));
        assertThat(requireNonNull(EstimatedShare.of(10, 10)).high()).isCloseTo(1, within(1e-12));
    }

    @Test
    void shouldGiveTheIntervalOfAPairedDifference() {
        // Given: Agresti and Min (2005), the adjusted interval: ((b + 0.5) - (c + 0.5)) / (n + 2), and its standard
        // error
        var loss = requireNonNull(EstimatedShare.pairedDifference(12, 4, 200));

        // Then
        assertThat(loss.value()).isEqualTo(0.04);
        double se = Math.sqrt(17.0 - 64.0 / 202) / 202;
        assertThat(loss.low()).isCloseTo(8.0 / 202 - 1.959964 * se, within(1e-6));
        assertThat(loss.high()).isCloseTo(8.0 / 202 + 1.959964 * se, within(1e-6));
        assertThat(EstimatedShare.pairedDifference(0, 0, 0)).isNull();
        assertThat(requireNonNull(EstimatedShare.pairedDifference(0, 0, 50)).low())
                .isNegative();
    }
}
