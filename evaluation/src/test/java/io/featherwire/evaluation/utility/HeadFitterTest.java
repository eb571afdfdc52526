package io.featherwire.evaluation.utility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.bundler.fit.MatrixProducts;
import io.featherwire.bundler.head.SoftmaxStep;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeadFitterTest {

    private static final SyntheticFeatures FEATURES = new SyntheticFeatures();
    private static final int CLASSES = 4;

    @Test
    void shouldFitHeadsToManyAndToFewImages() {
        FloatMatrix training = FEATURES.of(6, CLASSES, 60, 2);
        int[] labels = SyntheticFeatures.labels(CLASSES, 60);
        FloatMatrix test = FEATURES.of(6, CLASSES, 50, 3);
        int[] expected = SyntheticFeatures.labels(CLASSES, 50);
        try (MatrixProducts products = new MatrixProducts()) {
            HeadFitter fit = new HeadFitter(products, CLASSES);
            // 192 images are more than the 48 feature values, 20 images are fewer.
            double many =
                    accuracy(fit, training, labels, HeadFitter.RowSplit.of(labels, CLASSES, 0, 1), test, expected);
            double few = accuracy(fit, training, labels, HeadFitter.RowSplit.of(labels, CLASSES, 5, 1), test, expected);

            assertThat(many).isGreaterThan(0.9);
            assertThat(few).isBetween(0.6, many + 0.02);
        }
    }

    private static double accuracy(
            HeadFitter fit,
            FloatMatrix training,
            int[] labels,
            HeadFitter.RowSplit draw,
            FloatMatrix test,
            int[] expected) {
        float[] scores = fit.scores(
                fit.fit(training, labels, draw.fit(), fit.chooseStrength(List.of(draw), training, labels)), test);
        int right = 0;
        for (int i = 0; i < expected.length; i++) {
            right += HeadFitter.rank(scores, i, CLASSES, expected[i]) == 0 ? 1 : 0;
        }
        return (double) right / expected.length;
    }

    @Test
    void shouldChooseTheStrengthWithTheMostCorrectPredictionsOfAllDraws() {
        // Given: few images of many values, so that the strength matters
        FloatMatrix training = FEATURES.of(6, CLASSES, 12, 2);
        int[] labels = SyntheticFeatures.labels(CLASSES, 12);
        List<HeadFitter.RowSplit> draws = IntStream.range(0, 4)
                .mapToObj(seed -> HeadFitter.RowSplit.of(labels, CLASSES, 5, seed))
                .toList();
        try (MatrixProducts products = new MatrixProducts()) {
            HeadFitter fit = new HeadFitter(products, CLASSES);

            // When
            double strength = fit.chooseStrength(draws, training, labels);

            // Then
            double chosen = countCorrect(fit, draws, training, labels, strength);
            for (double other : HeadFitter.STRENGTHS) {
                double correct = countCorrect(fit, draws, training, labels, other);
                assertThat(other > strength ? correct + 1 : correct).isLessThanOrEqualTo(chosen);
            }
        }
    }

    private static double countCorrect(
            HeadFitter fit, List<HeadFitter.RowSplit> draws, FloatMatrix training, int[] labels, double strength) {
        double correct = 0;
        for (HeadFitter.RowSplit draw : draws) {
            float[] scores = fit.scores(fit.fit(training, labels, draw.fit(), strength), training);
            for (int row : draw.validation()) {
                correct += HeadFitter.rank(scores, row, CLASSES, labels[row]) == 0 ? 1 : 0;
            }
        }
        return correct;
    }

    @Test
    void shouldFindTheHeadOfLeastLoss() {
        // Given: one feature value and two overlapping classes, for which Newton's method in one dimension finds the
        // penalised head
        float[] values = {-2, -1, -0.5f, 0.5f, -0.4f, 0.3f, 1, 2.5f};
        int[] labels = {0, 0, 0, 0, 1, 1, 1, 1};
        int[] all = {0, 1, 2, 3, 4, 5, 6, 7};
        try (MatrixProducts products = new MatrixProducts()) {
            // When
            HeadFitter.LinearHead head = new HeadFitter(products, 2).fit(new FloatMatrix(values, 1), labels, all, 0.3);

            // Then
            double[] expected = newton(values, labels, 0.3);
            assertThat(head.weights()[1] - head.weights()[0]).isCloseTo((float) expected[0], within(0.01f));
            assertThat(head.bias()[1] - head.bias()[0]).isCloseTo((float) expected[1], within(0.02f));
        }
    }

    @Test
    void shouldComputeTheGradientOfLossAndPenalty() {
        // Given: weights far from 0, so that the penalty is a large part of the gradient
        int d = 5;
        int[] labels = {0, 1, 2, 2, 1, 0, 0, 2, 1, 1};
        Random random = new Random(4);
        float[] point = new float[(d + 1) * 3];
        for (int i = 0; i < point.length; i++) {
            point[i] = (float) random.nextGaussian();
        }
        try (SoftmaxStep step = new SoftmaxStep(labels.length, d, 3)) {
            for (int i = 0; i < labels.length; i++) {
                float[] row = new float[d];
                for (int k = 0; k < d; k++) {
                    row[k] = (float) random.nextGaussian();
                }
                step.setRow(i, row, labels[i], 1f / labels.length);
            }
            SoftmaxRegressionLoss loss = new SoftmaxRegressionLoss(step, labels, d, 3, 0.3);
            float[] gradient = new float[point.length];
            loss.evaluate(point, gradient);

            for (int i = 0; i < point.length; i++) {
                // When: each weight is moved a little to either side
                float h = 0.01f;
                float[] moved = point.clone();
                moved[i] = point[i] + h;
                double above = loss.evaluate(moved, new float[point.length]);
                moved[i] = point[i] - h;
                double below = loss.evaluate(moved, new float[point.length]);

                // Then
                assertThat((double) gradient[i])
                        .as("gradient at %d", i)
                        .isCloseTo((above - below) / (2 * h), within(1e-3));
            }
        }
    }

    /** Slope and offset of the log odds of class 1, for unscaled values. */
    private static double[] newton(float[] values, int[] labels, double strength) {
        double mean = 0;
        for (float value : values) {
            mean += (double) value / values.length;
        }
        double variance = 0;
        for (float value : values) {
            variance += (value - mean) * (value - mean) / values.length;
        }
        double scale = 1 / Math.sqrt(variance);
        double slope = 0;
        double offset = 0;
        for (int round = 0; round < 50; round++) {
            // Two weights of opposite sign share the slope: the penalty is strength / 2 · 2 · (slope / 2)²
            double ga = strength / 2 * slope;
            double gb = 0;
            double aa = strength / 2;
            double ab = 0;
            double bb = 0;
            for (int i = 0; i < values.length; i++) {
                double x = (values[i] - mean) * scale;
                double p = 1 / (1 + Math.exp(-(slope * x + offset)));
                double w = p * (1 - p) / values.length;
                ga += (p - labels[i]) * x / values.length;
                gb += (p - labels[i]) / values.length;
                aa += w * x * x;
                ab += w * x;
                bb += w;
            }
            double determinant = aa * bb - ab * ab;
            slope -= (bb * ga - ab * gb) / determinant;
            offset -= (aa * gb - ab * ga) / determinant;
        }
        return new double[] {slope * scale, offset - slope * scale * mean};
    }

    @Test
    void shouldDrawAFifthOrAllButTheShotsOfEachClassForValidation() {
        int[] labels = SyntheticFeatures.labels(3, 10);

        HeadFitter.RowSplit whole = HeadFitter.RowSplit.of(labels, 3, 0, 7);
        HeadFitter.RowSplit few = HeadFitter.RowSplit.of(labels, 3, 4, 7);

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
        assertThat(HeadFitter.RowSplit.of(labels, 3, 4, 8).fit()).isNotEqualTo(few.fit());
    }

    @Test
    void shouldPairDifferencesByImage() {
        // Given: two seeds and four images. Both seeds lose the first image, one seed gains the last.
        int[][] before = {{0, 0, 3, 9}, {0, 0, 3, 9}};
        int[][] after = {{2, 0, 3, 0}, {7, 0, 3, 9}};

        float[][] lossesBefore = {{0.1f, 0.2f, 2, 3}, {0.1f, 0.2f, 2, 3}};
        float[][] lossesAfter = {{0.5f, 0.2f, 2, 3}, {0.9f, 0.2f, 2, 3}};
        HeadOutcomes reference = new HeadOutcomes(before, lossesBefore, 0.1);

        HeadScore score = HeadScore.of(new HeadOutcomes(after, lossesAfter, 0.1), reference);

        assertThat(score.accuracy()).isCloseTo(3 / 8.0, within(1e-9));
        assertThat(score.seeds().low()).isCloseTo(0.25, within(1e-9));
        assertThat(score.seeds().high()).isCloseTo(0.5, within(1e-9));
        assertThat(score.topFive()).isCloseTo(6 / 8.0, within(1e-9));
        assertThat(score.difference().mean()).isCloseTo((-1 + 0.5) / 4, within(1e-9));
        assertThat(score.difference().interval().contains(score.difference().mean()))
                .isTrue();
        assertThat(score.logLossDifference().mean()).isCloseTo((0.4 + 0.8) / 2 / 4, within(1e-6));
        assertThat(HeadScore.of(reference, reference).difference().interval().width())
                .isZero();
    }

    @Test
    void shouldMeasureLogLossAndRankOfTheOwnClass() {
        HeadOutcomes outcomes = HeadOutcomes.of(1, 1, 0.1);

        outcomes.put(0, 0, new float[] {9, 9, 9, 0, (float) Math.log(3), 0}, 1, 3, 1);

        assertThat(outcomes.ranks()[0]).containsExactly(0);
        assertThat(outcomes.losses()[0][0]).isCloseTo((float) Math.log(5 / 3.0), within(1e-6f));
    }
}
