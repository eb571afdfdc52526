package io.featherwire.evaluation.utility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.bundler.fit.MatrixProducts;
import org.junit.jupiter.api.Test;

class RetrievalScoresTest {

    /** Unit vectors by their angle in degrees. */
    private static FloatMatrix angles(double... degrees) {
        float[] values = new float[2 * degrees.length];
        for (int i = 0; i < degrees.length; i++) {
            values[2 * i] = (float) (3 * Math.cos(Math.toRadians(degrees[i])));
            values[2 * i + 1] = (float) (3 * Math.sin(Math.toRadians(degrees[i])));
        }
        return new FloatMatrix(values, 2);
    }

    @Test
    void shouldCountNeighboursOfFloatFeatures() {
        // Given: twelve images at ascending angles, so that the ten nearest exclude one of the ends
        FloatMatrix exact = angles(0, 1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 66);
        int[] labels = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
        try (MatrixProducts products = new MatrixProducts()) {
            int[][] reference = RetrievalScores.nearest(products, exact, exact);
            assertThat(reference[0]).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
            assertThat(reference[11]).containsExactly(10, 9, 8, 7, 6, 5, 4, 3, 2, 1);

            RetrievalScores same = RetrievalScores.of(products, exact, exact, labels, reference);
            // And: a rotated copy with equal angles and other lengths
            RetrievalScores turned = RetrievalScores.of(
                    products, angles(9, 10, 12, 15, 19, 24, 30, 37, 45, 54, 64, 75), exact, labels, reference);

            assertThat(same.overlap()).isCloseTo(1, within(1e-9));
            assertThat(same.recall()).isCloseTo(1, within(1e-9));
            assertThat(same.meanPrecision()).isBetween(0.7, 0.95);
            assertThat(turned.overlap()).isBetween(0.85, 0.999);
        }
    }

    @Test
    void shouldComputeAveragePrecisionByHand() {
        // Given: a query at 0°, whose class has the ranks two and three
        FloatMatrix rows = angles(0, 10, 20, 30);
        int[] labels = {0, 1, 0, 0};
        try (MatrixProducts products = new MatrixProducts()) {
            RetrievalScores found = RetrievalScores.of(
                    products, rows.select(new int[] {0, 1, 2, 3}), rows, labels, new int[][] {{1}, {0}, {1}, {2}});

            // Query 0: (1/2 + 2/3) / 2. Query 1: no other image of its class. Query 2 at 20°: 10° and 30° are equally
            // near. Query 3: the order is 20°, 10°, 0°.
            double zero = (1 / 2.0 + 2 / 3.0) / 2;
            double three = (1 + 2 / 3.0) / 2;
            assertThat(found.meanPrecision())
                    .isBetween(
                            (zero + three + (1 / 2.0 + 2 / 3.0) / 2) / 3 - 1e-6,
                            (zero + three + (1 + 2 / 3.0) / 2) / 3 + 1e-6);
        }
    }
}
