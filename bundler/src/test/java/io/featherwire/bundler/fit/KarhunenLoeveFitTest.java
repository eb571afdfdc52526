package io.featherwire.bundler.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.bundler.assembly.Companding;
import io.featherwire.bundler.assembly.FeatureLayout;
import io.featherwire.bundler.assembly.LinearCode;
import io.featherwire.codec.payload.TensorShape;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KarhunenLoeveFitTest {

    /**
     * Rows with a few latent variables of decreasing deviation, spread over all columns at random, and a little noise.
     */
    private static float[] rows(int rows, int columns, int hidden, double noise) {
        Random random = new Random(3);
        float[] directions = new float[hidden * columns];
        for (int i = 0; i < directions.length; i++) {
            directions[i] = (float) (random.nextGaussian() / Math.sqrt(columns));
        }
        float[] values = new float[rows * columns];
        for (int row = 0; row < rows; row++) {
            for (int k = 0; k < hidden; k++) {
                double amount = random.nextGaussian() * 10 / (1 + k);
                for (int i = 0; i < columns; i++) {
                    values[row * columns + i] += (float) (amount * directions[k * columns + i]);
                }
            }
            for (int i = 0; i < columns; i++) {
                values[row * columns + i] += (float) (noise * random.nextGaussian());
            }
        }
        return values;
    }

    @Test
    void shouldFindTheSameComponentsWholeAndRandomised() {
        // Given 2,000 columns, too many for a full decomposition, and their first 1,500, which are not too many
        int rows = 400;
        float[] many = rows(rows, PrincipalComponents.MAX_WHOLE + 100, 12, 0.001);

        try (MatrixProducts products = new MatrixProducts()) {
            // When
            PrincipalComponents randomised = PrincipalComponents.of(products, many, rows, 40);

            // Then the rows' own Gram matrix has the same eigenvalues
            float[] gram = products.timesTransposed(many, rows, many, many.length / rows);
            double[] symmetric = new double[gram.length];
            for (int i = 0; i < gram.length; i++) {
                symmetric[i] = (gram[i] + gram[i % rows * rows + i / rows]) / 2.0;
            }
            SymmetricEigen expected = SymmetricEigen.of(symmetric, rows);
            for (int k = 0; k < 12; k++) {
                assertThat(randomised.variances()[k])
                        .isCloseTo(expected.values()[k] / rows, within(1e-4 * expected.values()[0] / rows));
            }
            shouldBeOrthonormal(randomised.vectors(), 12, many.length / rows);
        }
    }

    private static void shouldBeOrthonormal(float[] vectors, int count, int columns) {
        for (int a = 0; a < count; a++) {
            for (int b = 0; b <= a; b++) {
                double product = 0;
                for (int i = 0; i < columns; i++) {
                    product += (double) vectors[a * columns + i] * vectors[b * columns + i];
                }
                assertThat(product).isCloseTo(a == b ? 1 : 0, within(1e-3));
            }
        }
    }

    @Test
    void shouldFitWhereThePredictionNeverChangesAndWhereItIsOneNumber() {
        // Given a vector, a head with constant logits, and a head that reads the 60th value, which has the least
        // variance
        FeatureLayout form = new FeatureLayout(new TensorShape(60, 1, 1), 60, 1, true);
        int rows = 500;
        float[] features = rows(rows, 60, 5, 0.1);
        float[] oneNumber = new float[rows];
        for (int row = 0; row < rows; row++) {
            features[row * 60 + 59] = (float) Math.sin(row) * 0.1f;
            oneNumber[row] = features[row * 60 + 59];
        }

        try (MatrixProducts products = new MatrixProducts()) {
            // When
            KarhunenLoeveFit alone =
                    KarhunenLoeveFit.of(products, features, rows, form, Companding.NONE, new float[rows], 0);
            KarhunenLoeveFit constant =
                    KarhunenLoeveFit.of(products, features, rows, form, Companding.NONE, new float[3 * rows], 0.5);
            KarhunenLoeveFit one = KarhunenLoeveFit.of(products, features, rows, form, Companding.NONE, oneNumber, 0.9);

            // Then
            assertThat(constant.variances()[0]).isCloseTo(alone.variances()[0], within(1e-3 * alone.variances()[0]));
            assertThat(weightOfTheLast(one)).isGreaterThan(2 * weightOfTheLast(alone));
        }
    }

    /** Returns the share of the last value in the first six coefficients. */
    private static double weightOfTheLast(KarhunenLoeveFit fit) {
        double weight = 0;
        for (int k = 0; k < 6; k++) {
            weight = Math.max(weight, Math.abs(fit.code().analysis()[k * 60 + 59]));
        }
        return weight;
    }

    @Test
    void shouldRebuildVectorsMapsAndTokens() {
        FeatureLayout vector = new FeatureLayout(new TensorShape(60, 1, 1), 60, 1, true);
        FeatureLayout map = new FeatureLayout(new TensorShape(6, 5, 2), 6, 10, true);
        FeatureLayout tokens = new FeatureLayout(new TensorShape(10, 6, 1), 6, 10, false);
        float[] features = rows(300, 60, 5, 0);

        try (MatrixProducts products = new MatrixProducts()) {
            for (FeatureLayout form : new FeatureLayout[] {vector, map, tokens}) {
                KarhunenLoeveFit fit = KarhunenLoeveFit.of(products, features, 300, form, Companding.NONE);
                float[] codes = KarhunenLoeveFit.encode(products, fit.code(), form, features, 300);
                float[] decoded = KarhunenLoeveFit.decode(products, fit.code(), form, codes, 300);
                for (int i = 0; i < features.length; i++) {
                    assertThat(decoded[i]).isCloseTo(features[i], within(1e-3f));
                }
                assertThat(fit.variances()[5]).isLessThan(1e-4 * fit.variances()[0]);
            }
        }
    }

    @Test
    void shouldOrderCoefficientsByTheirEffectOnPredictions() {
        // Given 20 values, each with a deviation of 1, and predictions that depend on the last value alone
        FeatureLayout form = new FeatureLayout(new TensorShape(20, 1, 1), 20, 1, true);
        Random random = new Random(6);
        int rows = 500;
        float[] features = new float[rows * 20];
        float[] logits = new float[rows * 2];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < 20; i++) {
                features[row * 20 + i] = (float) random.nextGaussian();
            }
            logits[row * 2] = 3 * features[row * 20 + 19] + 1;
        }

        try (MatrixProducts products = new MatrixProducts()) {
            // When
            KarhunenLoeveFit fit = KarhunenLoeveFit.of(products, features, rows, form, Companding.NONE, logits, 0.5);

            // Then the first coefficient is that value, and all coefficients together rebuild the feature
            LinearCode one = fit.code().withFirstCoefficients(1, form);
            float[] decoded = KarhunenLoeveFit.decode(
                    products, one, form, KarhunenLoeveFit.encode(products, one, form, features, rows), rows);
            for (int row = 0; row < rows; row++) {
                assertThat(decoded[row * 20 + 19]).isCloseTo(features[row * 20 + 19], within(0.35f));
            }
            float[] all = KarhunenLoeveFit.decode(
                    products,
                    fit.code(),
                    form,
                    KarhunenLoeveFit.encode(products, fit.code(), form, features, rows),
                    rows);
            for (int i = 0; i < features.length; i++) {
                assertThat(all[i]).isCloseTo(features[i], within(1e-3f));
            }
        }
    }

    @Test
    void shouldReduceTheChannelsOfVeryLargeFeatures() {
        // Given 128 channels at 512 positions, twice the limit of one transform, with 5 latent variables
        FeatureLayout map = new FeatureLayout(new TensorShape(128, 32, 16), 128, 512, true);
        FeatureLayout tokens = new FeatureLayout(new TensorShape(512, 128, 1), 128, 512, false);
        int rows = 60;
        Random random = new Random(4);
        float[] channels = rows(3, 128, 3, 0);
        for (FeatureLayout form : new FeatureLayout[] {map, tokens}) {
            float[] features = new float[rows * form.values()];
            for (int row = 0; row < rows; row++) {
                float[] amounts = {
                    (float) random.nextGaussian(), (float) random.nextGaussian(), (float) random.nextGaussian()
                };
                for (int i = 0; i < form.values(); i++) {
                    int c = form.channelsFirst() ? i / form.positions() : i % form.channels();
                    int place = form.channelsFirst() ? i % 512 : i / 128;
                    for (int k = 0; k < 3; k++) {
                        features[row * form.values() + i] += amounts[k] * channels[k * 128 + c] * (1 + (place + k) % 7);
                    }
                }
            }

            try (MatrixProducts products = new MatrixProducts()) {
                // When
                KarhunenLoeveFit fit = KarhunenLoeveFit.of(products, features, rows, form, Companding.NONE);
                LinearCode code = fit.code();
                float[] decoded = KarhunenLoeveFit.decode(
                        products, code, form, KarhunenLoeveFit.encode(products, code, form, features, rows), rows);

                // Then
                assertThat(code.reduction()).hasSize(64 * 128);
                double apart = 0;
                double all = 0;
                for (int i = 0; i < features.length; i++) {
                    apart += Math.pow(decoded[i] - features[i], 2);
                    all += Math.pow(features[i], 2);
                }
                assertThat(apart / all).isLessThan(1e-4);
            }
        }
    }
}
