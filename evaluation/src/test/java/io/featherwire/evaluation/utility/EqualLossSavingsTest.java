package io.featherwire.evaluation.utility;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EqualLossSavingsTest {

    private static final int IMAGES = 4000;

    /** Outcomes in which a random share of the images has loss 1, by every measure. */
    private static EqualLossSavings.ImageLosses outcome(String family, double bytes, double share) {
        double[] lost = new double[IMAGES];
        List<Integer> images =
                new ArrayList<>(IntStream.range(0, IMAGES).boxed().toList());
        Collections.shuffle(images, new Random((long) (1000 * (bytes + share)) + family.length()));
        for (int i = 0; i < Math.round(share * IMAGES); i++) {
            lost[images.get(i)] = 1;
        }
        return new EqualLossSavings.ImageLosses(family, bytes + " B", bytes, lost, lost, lost);
    }

    @Test
    void shouldEstimateTheSavingAtEqualLossWithItsInterval() {
        // Given: payloads whose loss falls by 0.1 with each doubling, and a coding that needs twice the bytes
        List<EqualLossSavings> equal = EqualLossSavings.of(
                "own",
                List.of(
                        outcome("own", 64, 0.2),
                        outcome("own", 32, 0.3),
                        outcome("own", 128, 0.1),
                        outcome("other", 128, 0.2),
                        outcome("other", 96, 0.25),
                        outcome("far", 10, 0.9),
                        outcome("own, another way", 64, 0.2)));

        // Then: codings far from every measured size, and variants of Featherwire's coding, are not compared
        assertThat(equal).extracting(EqualLossSavings::family).containsExactly("other", "other");
        EqualLossSavings.Saving half = requireNonNull(equal.get(0).accuracy());
        assertThat(half.share()).isCloseTo(0.5, within(1e-9));
        assertThat(half.interval().low()).isLessThan(0.5);
        assertThat(half.interval().high()).isGreaterThan(0.5);
        assertThat(half.extrapolated()).isFalse();
        // The loss 0.25 lies at the geometric mean of 32 and 64 bytes.
        assertThat(requireNonNull(equal.get(1).overlap()).share()).isCloseTo(1 - 32 * Math.sqrt(2) / 96, within(1e-9));
    }

    @Test
    void shouldMarkExtrapolatedSavings() {
        List<EqualLossSavings> equal = EqualLossSavings.of(
                "own", List.of(outcome("own", 32, 0.3), outcome("own", 64, 0.2), outcome("other", 32, 0.31)));

        EqualLossSavings.Saving saving = requireNonNull(equal.get(0).logLoss());
        assertThat(saving.extrapolated()).isTrue();
        assertThat(saving.share()).isCloseTo(1 - Math.pow(2, -0.1), within(1e-9));
    }

    @Test
    void shouldPoolPointsThatRise() {
        assertThat(EqualLossSavings.monotoneFit(new double[] {3, 1, 2, 0})).containsExactly(3, 1.5, 1.5, 0);
        assertThat(EqualLossSavings.monotoneFit(new double[] {1, 2, 3})).containsExactly(2, 2, 2);
    }

    @Test
    void shouldExtrapolateALevelEndWithTheOverallSlope() {
        double[] bytes = {10, 20, 40};
        double[] curve = {3, 1, 1};

        assertThat(Math.exp(EqualLossSavings.logBytesAt(bytes, curve, 2))).isCloseTo(10 * Math.sqrt(2), within(1e-9));
        assertThat(Math.exp(EqualLossSavings.logBytesAt(bytes, curve, 0.9)))
                .isCloseTo(40 * Math.pow(4, 0.05), within(1e-9));
        assertThat(Math.exp(EqualLossSavings.logBytesAt(bytes, curve, 1))).isCloseTo(20, within(1e-9));
    }

    @Test
    void shouldCompareNothingIfOnlyOneSizeWasMeasured() {
        assertThat(EqualLossSavings.of("own", List.of(outcome("own", 32, 0.3), outcome("other", 32, 0.3))))
                .isEmpty();
    }
}
