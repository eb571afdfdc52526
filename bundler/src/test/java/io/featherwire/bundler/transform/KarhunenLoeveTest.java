package io.featherwire.bundler.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KarhunenLoeveTest {
    private static final int SIZE = 60;

    @Test
    void shouldFindTheDirectionsThatTheMetricWeighsMost() {
        // Given values of decreasing variance, and a metric that weighs every other value a hundred times as much
        double[] covariance = diagonal(i -> Math.pow(0.9, i));
        double[] metric = diagonal(i -> i % 2 == 0 ? 1 : 100);

        // When
        KarhunenLoeve transform = transform(covariance, metric, 3);

        // Then the coefficients are the first three of those values, whitened
        assertThat(transform.importance()[0]).isCloseTo(90, within(1e-6));
        assertThat(transform.importance()[1]).isCloseTo(72.9, within(1e-6));
        assertThat(transform.importance()[2]).isCloseTo(59.049, within(1e-6));
        for (int k = 0; k < 3; k++) {
            for (int i = 0; i < SIZE; i++) {
                double deviation = Math.sqrt(covariance[i * SIZE + i]);
                assertThat(Math.abs(transform.analysis()[k * SIZE + i]))
                        .isCloseTo(i == 2 * k + 1 ? 1 / deviation : 0, within(1e-5));
                assertThat(Math.abs(transform.synthesis()[i * 3 + k]))
                        .isCloseTo(i == 2 * k + 1 ? deviation : 0, within(1e-5));
            }
        }
    }

    @Test
    void shouldMakeUncorrelatedCoefficientsOfVarianceOneThatRebuildAll() {
        // Given a covariance and a metric that have nothing in common
        double[] covariance = positive(3);
        double[] metric = positive(4);

        // When the number of coefficients equals the number of values
        KarhunenLoeve transform = transform(covariance, metric, SIZE);

        // Then their covariance is the identity, and the synthesis inverts the analysis
        double[] spread = product(product(transform.analysis(), covariance), transposed(transform.analysis()));
        double[] both = product(transform.synthesis(), transform.analysis());
        for (int i = 0; i < SIZE * SIZE; i++) {
            assertThat(spread[i]).isCloseTo(i / SIZE == i % SIZE ? 1 : 0, within(1e-6));
            assertThat(both[i]).isCloseTo(i / SIZE == i % SIZE ? 1 : 0, within(1e-6));
        }
        assertThat(transform.importance()).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    }

    @Test
    void shouldAgreeWithWhatPyTorchComputedOfTheSameMatrices() {
        // Given the result of the same iteration in PyTorch: analysis at 0 and 17, synthesis at 17 and 59
        double[] importance = {2141.2286078565376, 2070.0316940095713, 1810.950151610986, 1556.992686954561};
        double[][] vectors = {
            {-0.01761138030350015, -0.02395060875124483, -1.1494817424638437, -0.2848533625924304},
            {0.00919722863914028, -0.004817986032676576, 0.6153158917162685, 0.4345942518795611},
            {0.03427437566896873, 0.028715767842701613, 1.1026140477889024, -1.8464979735095266},
            {0.028053425036556015, 4.263133010220224E-4, -0.25281311972829795, 0.10403347363114952}
        };

        // When
        KarhunenLoeve transform = transform(positive(3), positive(4), 4);

        // Then they are equal except for the sign, which has no meaning
        for (int k = 0; k < 4; k++) {
            assertThat(transform.importance()[k]).isCloseTo(importance[k], within(1e-6));
            double[] found = {
                transform.analysis()[k * SIZE],
                transform.analysis()[k * SIZE + 17],
                transform.synthesis()[17 * 4 + k],
                transform.synthesis()[59 * 4 + k]
            };
            double sign = Math.signum(found[0] * vectors[k][0]);
            for (int i = 0; i < found.length; i++) {
                assertThat(sign * found[i]).isCloseTo(vectors[k][i], within(1e-6));
            }
        }
    }

    @Test
    void shouldGiveFiniteNumbersWhereNothingVaries() {
        KarhunenLoeve transform = transform(diagonal(i -> i == 0 ? 1 : 0), diagonal(i -> 1), 4);

        assertThat(transform.importance()[0]).isCloseTo(1, within(1e-9));
        assertThat(transform.analysis()).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
        assertThat(transform.synthesis())
                .doesNotContain(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
    }

    private static KarhunenLoeve transform(double[] covariance, double[] metric, int count) {
        return KarhunenLoeve.of(covariance, metric, count);
    }

    private static double[] diagonal(IntToDoubleFunction value) {
        double[] matrix = new double[SIZE * SIZE];
        IntStream.range(0, SIZE).forEach(i -> matrix[i * SIZE + i] = value.applyAsDouble(i));
        return matrix;
    }

    private static double[] positive(long seed) {
        double[] root = new Random(seed).doubles((long) SIZE * SIZE, -1, 1).toArray();
        return product(root, transposed(root));
    }

    private static double[] transposed(double[] matrix) {
        double[] transposed = new double[matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            transposed[i % SIZE * SIZE + i / SIZE] = matrix[i];
        }
        return transposed;
    }

    private static double[] product(double[] a, double[] b) {
        double[] product = new double[SIZE * SIZE];
        for (int i = 0; i < SIZE; i++) {
            for (int j = 0; j < SIZE; j++) {
                for (int k = 0; k < SIZE; k++) {
                    product[i * SIZE + j] += a[i * SIZE + k] * b[k * SIZE + j];
                }
            }
        }
        return product;
    }
}
