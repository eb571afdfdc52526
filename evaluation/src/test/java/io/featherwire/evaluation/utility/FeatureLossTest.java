package io.featherwire.evaluation.utility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import org.junit.jupiter.api.Test;

class FeatureLossTest {

    private static final double EXACT = 1e-12;

    @Test
    void shouldGiveTheErrorOfEachComponentRelativeToItsVariance() {
        // Given two images, the mean (1, 10, 5) of other images, and a third component that is always 5
        FloatMatrix features = new FloatMatrix(new float[] {0, 10, 5, 2, 14, 5}, 3);
        FloatMatrix decoded = new FloatMatrix(new float[] {1, 10, 5, 2, 12, 6}, 3);

        FeatureLoss loss = FeatureLoss.of(features, decoded, new float[] {1, 10, 5});

        // Then squared errors 1, 4, 1 stand against squared distances from the mean of 2, 16, 0
        assertThat(loss.components()).containsExactly(0.5, 0.25, 0.0);
        assertThat(loss.error()).isCloseTo(6.0 / 18, within(EXACT));
        assertThat(loss.medianComponent()).isEqualTo(0.25);
        assertThat(loss.worstComponent()).isEqualTo(0.5);
    }

    @Test
    void shouldTakeTheNinetiethPercentileOfTheComponents() {
        // Given ten components, each with a variance of 1 and an error of one tenth more than the one before
        float[] features = new float[10];
        float[] decoded = new float[10];
        for (int i = 0; i < 10; i++) {
            features[i] = 1;
            decoded[i] = 1 + (float) Math.sqrt(i / 10.0);
        }

        FeatureLoss loss = FeatureLoss.of(new FloatMatrix(features, 10), new FloatMatrix(decoded, 10), new float[10]);

        assertThat(loss.worstComponent()).isCloseTo(0.9, within(1e-6));
        assertThat(loss.worstComponent()).isEqualTo(Collections.max(loss.components()));
        assertThat(loss.medianComponent()).isCloseTo(0.5, within(1e-6));
    }
}
