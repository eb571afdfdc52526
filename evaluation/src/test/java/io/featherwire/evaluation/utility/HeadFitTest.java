package io.featherwire.evaluation.utility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.bundler.fit.MatrixProducts;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HeadFitTest {

    private static final SyntheticFeatures FEATURES = new SyntheticFeatures();
    private static final int CLASSES = 4;

    @Test
    void shouldLearnClassesFromManyAndFromFewImages() {
        Rows training = FEATURES.of(6, CLASSES, 60, 2);
        int[] labels = SyntheticFeatures.labels(CLASSES, 60);
        Rows test = FEATURES.of(6, CLASSES, 50, 3);
        int[] expected = SyntheticFeatures.labels(CLASSES, 50);
        try (MatrixProducts products = new MatrixProducts()) {
            HeadFit fit = new HeadFit(products, CLASSES);
            // 192 images are more than the 48 values, 20 are fewer: the second head goes by the dual
            double many = accuracy(fit, training, labels, HeadFit.Draw.of(labels, CLASSES, 0, 1), test, expected);
            double few = accuracy(fit, training, labels, HeadFit.Draw.of(labels, CLASSES, 5, 1), test, expected);

            assertThat(many).isGreaterThan(0.9);
            assertThat(few).isBetween(0.6, many + 0.02);
        }
    }

    private static double accuracy(
            HeadFit fit, Rows training, int[] labels, HeadFit.Draw draw, Rows test, int[] expected) {
        float[] scores = fit.scores(fit.fit(training, labels, draw), test);
        int right = 0;
        for (int i = 0; i < expected.length; i++) {
            right += HeadFit.rank(scores, i, CLASSES, expected[i]) == 0 ? 1 : 0;
        }
        return (double) right / expected.length;
    }

    @Test
    void shouldFindTheSameHeadByTheDual() {
        // Given 40 images of 48 values, and the same with every image twice: the same least squares at the same
        // strength
        Rows once = FEATURES.of(6, CLASSES, 10, 2);
        float[] doubled = Arrays.copyOf(once.values(), 2 * once.values().length);
        System.arraycopy(once.values(), 0, doubled, once.values().length, once.values().length);
        int[] labels = SyntheticFeatures.labels(CLASSES, 10);
        int[] twice = new int[80];
        System.arraycopy(labels, 0, twice, 0, 40);
        System.arraycopy(labels, 0, twice, 40, 40);
        int[] first = java.util.stream.IntStream.range(0, 40).toArray();
        int[] all = java.util.stream.IntStream.range(0, 80).toArray();
        try (MatrixProducts products = new MatrixProducts()) {
            HeadFit fit = new HeadFit(products, CLASSES);

            HeadFit.Head dual = fit.fit(once, labels, new HeadFit.Draw(first, first));
            HeadFit.Head primal = fit.fit(new Rows(doubled, 48), twice, new HeadFit.Draw(all, first));

            assertThat(dual.weights()).containsExactly(primal.weights(), within(2e-3f));
        }
    }

    @Test
    void shouldDrawAFifthOfEachClassForValidationAndAllButTheShots() {
        int[] labels = SyntheticFeatures.labels(3, 10);

        HeadFit.Draw whole = HeadFit.Draw.of(labels, 3, 0, 7);
        HeadFit.Draw few = HeadFit.Draw.of(labels, 3, 4, 7);

        for (int label = 0; label < 3; label++) {
            int own = label;
            assertThat(Arrays.stream(whole.validation())
                            .filter(row -> labels[row] == own)
                            .count())
                    .isEqualTo(2);
            assertThat(Arrays.stream(few.fit())
                            .filter(row -> labels[row] == own)
                            .count())
                    .isEqualTo(4);
        }
        assertThat(whole.fit()).hasSize(24).doesNotContain(whole.validation());
        assertThat(HeadFit.Draw.of(labels, 3, 4, 8).fit()).isNotEqualTo(few.fit());
    }

    @Test
    void shouldPairDifferencesByImage() {
        // Given two seeds of four images: the first image is lost by both, the last gained by one
        int[][] before = {{0, 0, 3, 9}, {0, 0, 3, 9}};
        int[][] after = {{2, 0, 3, 0}, {7, 0, 3, 9}};

        HeadScore score = HeadScore.of(after, before);

        assertThat(score.accuracy()).isCloseTo(3 / 8.0, within(1e-9));
        assertThat(score.lowest()).isCloseTo(0.25, within(1e-9));
        assertThat(score.highest()).isCloseTo(0.5, within(1e-9));
        assertThat(score.topFive()).isCloseTo(6 / 8.0, within(1e-9));
        assertThat(score.difference()).isCloseTo((-1 + 0.5) / 4, within(1e-9));
        assertThat(score.interval().contains(score.difference())).isTrue();
        assertThat(HeadScore.of(before, before).interval().width()).isZero();
    }
}
