package io.featherwire.bundler.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.featherwire.codec.payload.CodeQuantiser;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodecFamilyTest {

    private static final int LENGTH = 24;
    private static final int ROWS = 800;

    /** Features with a few latent variables of decreasing deviation, in fixed directions around a mean. */
    private static float[] features(double mean, boolean cut, long seed) {
        Random fixed = new Random(11);
        double[] directions = fixed.doubles(6 * LENGTH, -1, 1).toArray();
        Random random = new Random(seed);
        float[] features = new float[ROWS * LENGTH];
        for (int row = 0; row < ROWS; row++) {
            double[] hidden = new double[6];
            for (int k = 0; k < hidden.length; k++) {
                hidden[k] = random.nextGaussian() / (1 + k);
            }
            for (int i = 0; i < LENGTH; i++) {
                double value = mean + 0.05 * random.nextGaussian();
                for (int k = 0; k < hidden.length; k++) {
                    value += hidden[k] * directions[k * LENGTH + i];
                }
                features[row * LENGTH + i] = (float) (cut ? Math.max(0, value) : value);
            }
        }
        return features;
    }

    private static double error(CodecFamily codecs, FittedCode code, float[] features) {
        int all = codecs.coefficients();
        int count = code.shape().values();
        float[] codes = codecs.encode(features);
        float[] arriving = new float[ROWS * count];
        CodeQuantiser quantiser = CodeQuantiser.of(code.format());
        for (int row = 0; row < ROWS; row++) {
            float[] own = Arrays.copyOfRange(codes, row * all, row * all + count);
            float[] decoded = quantiser.dequantise(quantiser.quantise(own));
            System.arraycopy(decoded, 0, arriving, row * count, count);
        }
        float[] rebuilt = codecs.decode(code, arriving);
        double error = 0;
        for (int i = 0; i < features.length; i++) {
            error += (features[i] - rebuilt[i]) * (double) (features[i] - rebuilt[i]);
        }
        return error / ROWS;
    }

    private static double bytes(CodecFamily codecs, FittedCode code, float[] features) {
        int all = codecs.coefficients();
        float[] codes = codecs.encode(features);
        double bytes = 0;
        for (int row = 0; row < ROWS; row++) {
            float[] own = Arrays.copyOfRange(
                    codes, row * all, row * all + code.shape().values());
            bytes += code.payloads().encode(own, code.mode()).length;
        }
        return bytes / ROWS;
    }

    @Test
    void shouldMeetAMeanSizeOnOtherFeaturesOfTheSameKind() {
        try (CodecFamily codecs = CodecFamily.withoutCompanding(features(3, false, 1), LENGTH)) {
            for (int target : new int[] {2, 4, 7}) {
                FittedCode code = codecs.forTargetBytes(target, ScalarSettings.DEFAULT);

                assertThat(bytes(codecs, code, features(3, false, 2))).isCloseTo(target, within(0.08 * target + 0.1));
            }
        }
    }

    @Test
    void shouldQuantiseLargeCoefficientsFinerByTheEmphasis() {
        try (CodecFamily codecs = CodecFamily.withoutCompanding(features(3, false, 1), LENGTH)) {
            double[] even = steps(codecs.forTargetBytes(4, new ScalarSettings(0.2, 0)));
            double[] emphasised = steps(codecs.forTargetBytes(4, new ScalarSettings(0.2, 0.4)));

            assertThat(even[2] / even[0]).isCloseTo(1, within(1e-6));
            double ratio = variance(codecs, 0) / variance(codecs, 2);
            assertThat(emphasised[2] / emphasised[0]).isCloseTo(Math.pow(ratio, 0.2), within(1e-3));
        }
    }

    private static double[] steps(FittedCode code) {
        float[] steps =
                java.util.Objects.requireNonNull(code.quantisers().symbols()).step();
        double[] doubles = new double[steps.length];
        Arrays.setAll(doubles, i -> steps[i]);
        return doubles;
    }

    private static double variance(CodecFamily codecs, int coefficient) {
        double squares = 0;
        for (int row = 0; row < ROWS; row++) {
            double value = codecs.trainingCodes()[row * codecs.coefficients() + coefficient];
            squares += value * value / ROWS;
        }
        return squares;
    }

    @Test
    void shouldApplyAGainOnlyIfTheDecoderClamps() {
        // Given features after a ReLU, of which many are 0, and similar features without a ReLU
        try (CodecFamily cut = CodecFamily.withoutCompanding(features(0.1, true, 1), LENGTH);
                CodecFamily whole = CodecFamily.withoutCompanding(features(0.1, false, 1), LENGTH)) {
            FittedCode ofCut = cut.forTargetBytes(1.5, ScalarSettings.DEFAULT);
            FittedCode ofWhole = whole.forTargetBytes(1.5, ScalarSettings.DEFAULT);

            // Then
            assertThat(gain(whole, ofWhole)).isCloseTo(1, within(1e-6));
            double gain = gain(cut, ofCut);
            assertThat(gain).isGreaterThan(1.01);
            FittedCode without = new FittedCode(
                    ofCut.transform().withGain((float) (1 / gain)),
                    ofCut.shape(),
                    ofCut.quantisers(),
                    ofCut.tables(),
                    ofCut.mode(),
                    null);
            float[] others = features(0.1, true, 2);
            assertThat(error(cut, ofCut, others)).isLessThan(0.995 * error(cut, without, others));
        }
    }

    private static double gain(CodecFamily codecs, FittedCode code) {
        int count = code.shape().values();
        int all = codecs.coefficients();
        double own = 0;
        double original = 0;
        for (int i = 0; i < LENGTH; i++) {
            own += Math.abs(code.transform().synthesis()[i * count]);
            original += Math.abs(codecs.transform().synthesis()[i * all]);
        }
        return own / original;
    }

    @Test
    void shouldGiveLargerPayloadsLessEmphasis() {
        assertThat(ScalarSettings.forBytes(16, 1280).emphasis())
                .isGreaterThanOrEqualTo(ScalarSettings.forBytes(64, 1280).emphasis());
        assertThat(ScalarSettings.forBytes(64, 1280).emphasis())
                .isGreaterThan(ScalarSettings.forBytes(190, 1280).emphasis());
    }

    @Test
    void shouldGiveSmallFeaturesEmphasisAndLambdaByBitsPerValue() {
        ScalarSettings small = ScalarSettings.forBytes(32, 96);
        ScalarSettings larger = ScalarSettings.forBytes(32 * 512 / 96.0, 512);

        assertThat(small.emphasis()).isCloseTo(larger.emphasis(), within(1e-9)).isEqualTo(0.2);
        assertThat(small.lambda()).isCloseTo(larger.lambda(), within(1e-9)).isEqualTo(0.1);
        assertThat(ScalarSettings.forBytes(64, 512)).isEqualTo(ScalarSettings.forBytes(64, 25_000));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 10, 384, 10",
        "32, 10, 384, 16",
        "64, 6, 384, 32",
        "128, 4, 474, 512",
        "190, 3, 703, 1000",
        "5000, 3, 768, 1000"
    })
    void shouldConsiderFewerClassesAndMoreCoefficientsInLargerPayloads(
            double bytes, int classes, int coefficients, double weight) {
        ScalarSettings settings = ScalarSettings.forBytes(bytes, 1280);

        assertThat(settings.classes()).isEqualTo(classes);
        assertThat(settings.coefficients()).isEqualTo(coefficients);
        assertThat(settings.fisherWeight()).isCloseTo(weight, within(1e-9));
    }

    @Test
    void shouldRejectSettingsOutsideOfTheirRange() {
        assertThatThrownBy(() -> new ScalarSettings(-1, 0)).hasMessageContaining("lambda is -1");
        assertThatThrownBy(() -> new ScalarSettings(0.1, 3)).hasMessageContaining("emphasis is 3");
    }
}
