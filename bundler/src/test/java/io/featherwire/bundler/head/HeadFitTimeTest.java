package io.featherwire.bundler.head;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** How long a large fit takes: -Dfeatherwire.head.time=true. */
final class HeadFitTimeTest {

    @Test
    @EnabledIfSystemProperty(named = "featherwire.head.time", matches = "true")
    void shouldFitTwentyThousandFeaturesInAMinute() {
        // Given
        int rows = 20_000;
        int length = 1_280;
        int classes = 100;
        var random = new Random(3);
        float[][] centres = new float[classes][length];
        for (float[] centre : centres) {
            for (int d = 0; d < length; d++) {
                centre[d] = 0.12f * (float) random.nextGaussian();
            }
        }
        float[] values = new float[rows * length];
        int[] labels = new int[rows];
        for (int row = 0; row < rows; row++) {
            labels[row] = row % classes;
            for (int d = 0; d < length; d++) {
                values[row * length + d] = centres[labels[row]][d] + (float) random.nextGaussian();
            }
        }
        var features = new LabelledFeatures(
                values,
                length,
                labels,
                IntStream.range(0, classes).mapToObj(n -> "c" + n).toList());
        var parts = StratifiedSplit.of(features, 0.2, 1);

        // When
        long start = System.nanoTime();
        var result = SoftmaxFit.fit(
                features, parts.training(), parts.validation(), HeadFitOptions.DEFAULT, (e, m, l, j) -> {});
        double seconds = (System.nanoTime() - start) / 1e9;

        // Then
        System.out.printf(
                "fit: %.1f s, %d epochs, %.1f %% right, L2 %.0e%n",
                seconds, result.epochs(), 100 * result.validation().accuracy(), result.l2());
        assertThat(seconds).isLessThan(60);
        assertThat(result.validation().accuracy()).isGreaterThan(0.6);
    }
}
