package io.featherwire.evaluation.utility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NeighbourOverlapTest {

    private static List<float[]> features(long seed) {
        Random random = new Random(seed);
        List<float[]> features = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            float[] feature = new float[16];
            for (int k = 0; k < feature.length; k++) {
                feature[k] = (float) random.nextGaussian();
            }
            features.add(feature);
        }
        return features;
    }

    @Test
    void shouldCountPreservedNeighbours() {
        List<float[]> features = features(1);
        List<float[]> scaled = new ArrayList<>();
        for (float[] feature : features) {
            float[] twice = feature.clone();
            for (int k = 0; k < twice.length; k++) {
                twice[k] *= 2;
            }
            scaled.add(twice);
        }

        assertThat(NeighbourOverlap.of(features, features)).isEqualTo(1);
        assertThat(NeighbourOverlap.of(features, scaled)).as("cosine").isGreaterThan(0.99);
        // The expected overlap of random neighbours is 10 of 199.
        assertThat(NeighbourOverlap.of(features, features(2))).isBetween(0.02, 0.09);
    }

    @Test
    void shouldRejectTooFewFeatures() {
        List<float[]> few = features(1).subList(0, NeighbourOverlap.LEAST - 1);

        assertThatThrownBy(() -> NeighbourOverlap.of(few, few)).hasMessageContaining("49 features");
    }
}
