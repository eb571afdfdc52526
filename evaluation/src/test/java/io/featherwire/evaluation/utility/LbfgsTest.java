package io.featherwire.evaluation.utility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LbfgsTest {

    /** Half of the sum of c · (x − i)², plus a coupling of neighbours. The curvatures c differ strongly. */
    private static double quadratic(float[] x, float[] gradient) {
        double value = 0;
        Arrays.fill(gradient, 0);
        for (int i = 0; i < x.length; i++) {
            double curvature = Math.pow(10, i % 5);
            double apart = x[i] - i;
            value += curvature / 2 * apart * apart;
            gradient[i] += (float) (curvature * apart);
        }
        for (int i = 1; i < x.length; i++) {
            double apart = x[i] - x[i - 1] - 1;
            value += apart * apart;
            gradient[i] += (float) (2 * apart);
            gradient[i - 1] -= (float) (2 * apart);
        }
        return value;
    }

    @Test
    void shouldFindTheMinimumWithAndWithoutAGoodDiagonal() {
        float[] even = new float[20];
        Arrays.fill(even, 1);
        float[] good = new float[20];
        for (int i = 0; i < good.length; i++) {
            good[i] = (float) (1 / (Math.pow(10, i % 5) + 4));
        }

        int[] evaluations = new int[2];
        for (float[] diagonal : new float[][] {even, good}) {
            int which = diagonal == good ? 1 : 0;
            float[] found = new Lbfgs(400, 1e-12)
                    .minimise(
                            (point, gradient) -> {
                                evaluations[which]++;
                                return quadratic(point, gradient);
                            },
                            new float[20],
                            diagonal);
            for (int i = 0; i < found.length; i++) {
                assertThat(found[i]).isCloseTo(i, within(1e-2f));
            }
        }
        assertThat(evaluations[1]).isLessThan(evaluations[0]);
    }

    @Test
    void shouldStopAtTheEvaluationLimitAndNeverAtAWorsePoint() {
        float[] start = {100, -3, 7};
        float[] gradient = new float[3];
        double before = quadratic(start, gradient);

        float[] found = new Lbfgs(2, 0).minimise(LbfgsTest::quadratic, start, new float[] {1, 1, 1});

        assertThat(quadratic(found, gradient)).isLessThanOrEqualTo(before);
        assertThat(start).containsExactly(100, -3, 7);
    }
}
