package io.featherwire.bundler.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramTest {

    @Test
    void shouldKeepPercentilesWhenTheRangeGrows() {
        // Given
        Histogram histogram = new Histogram();

        // When
        for (int i = 1; i <= 10_000; i++) {
            histogram.add(i / 100f);
        }

        // Then
        assertThat(histogram.largest()).isEqualTo(100);
        assertThat(histogram.percentile(0.5)).isCloseTo(50, offset(0.1));
        assertThat(histogram.percentile(0.99)).isCloseTo(99, offset(0.1));
        assertThat(histogram.percentile(1)).isEqualTo(100);
    }

    @Test
    void shouldClipALongTailButNotAFlatDistribution() {
        // Given
        Histogram flat = new Histogram();
        Histogram tail = new Histogram();
        Random random = new Random(5);
        for (int i = 0; i < 100_000; i++) {
            flat.add(random.nextFloat());
            tail.add((float) Math.abs(random.nextGaussian()));
        }
        tail.add(40);

        // Then
        assertThat(flat.clipWithLeastError(255)).isCloseTo(1, offset(0.02));
        assertThat(tail.clipWithLeastError(255)).isLessThan(40);
        assertThat(tail.clipWithLeastError(15)).isBetween(2.0, 5.0);
        assertThat(RangeClipping.MAX.clip(tail)).isEqualTo(40);
        assertThat(RangeClipping.PERCENTILE.clip(tail)).isBetween(3.0, 5.0);
    }

    @Test
    void shouldRefuseWhatIsNotFinite() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Histogram().add(Float.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> new Histogram().add(Float.NEGATIVE_INFINITY));
    }
}
