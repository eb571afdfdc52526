package io.featherwire.codec.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.featherwire.codec.LaplacianCodes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RateDistortionFitTest {

    private static final TensorShape SHAPE = new TensorShape(200, 1, 1);
    private static final double LAMBDA = 0.15;

    @Test
    void shouldNeedFewerBytesThanRoundingAtTheSameError() {
        // Given
        List<float[]> training = LaplacianCodes.of(SHAPE, 1, 2000);
        List<float[]> test = LaplacianCodes.of(SHAPE, 2, 300);

        // When
        Measured rounded = rounding(training, test, 1.5f);
        Measured optimised = optimised(training, test, 1.2f);

        // Then
        assertThat(optimised.error()).isLessThanOrEqualTo(rounded.error());
        assertThat(optimised.bytes()).isLessThan(0.96 * rounded.bytes());
    }

    @Test
    void shouldDecodeToTheReconstructionPointsOfTheSymbolsThatWereChosen() throws Exception {
        // Given
        CodeFormat format = format(LaplacianCodes.of(SHAPE, 1, 1000), 0.8f);
        PayloadCodec codec = PayloadCodec.of(format);
        CodeQuantiser quantiser = CodeQuantiser.of(format);

        // Then
        for (float[] code : LaplacianCodes.of(SHAPE, 3, 50)) {
            int[] symbols = quantiser.quantise(code);
            byte[] payload = codec.encode(code, PayloadMode.ENTROPY);
            assertThat(SymbolCodec.of(format).decode(payload)).isEqualTo(symbols);
            assertThat(codec.decode(payload)).isEqualTo(quantiser.dequantise(symbols));
        }
    }

    @Test
    void shouldKeepToATargetThatTheSameDecoderReads() throws Exception {
        // Given codes of about 40 bytes
        CodeFormat format = format(LaplacianCodes.of(SHAPE, 1, 1000), 0.8f);
        PayloadCodec codec = PayloadCodec.of(format);
        List<float[]> codes = LaplacianCodes.of(SHAPE, 5, 60);
        double before = measure(format, 0, codes).error();
        assertThat(measure(format, 0, codes).bytes()).isGreaterThan(38);

        for (int target : new int[] {36, 31, 26}) {
            // When
            PayloadLimits limits = PayloadLimits.DEFAULT.withTarget(target);
            PayloadCodec smaller = PayloadCodec.of(format, limits);
            CodeQuantiser coarser = CodeQuantiser.of(format, limits);

            // Then
            for (float[] code : codes) {
                byte[] payload = smaller.encode(code, PayloadMode.ENTROPY);
                assertThat(payload.length).isLessThanOrEqualTo(target);
                assertThat(codec.decode(payload)).isEqualTo(coarser.dequantise(coarser.quantise(code)));
                assertThat(smaller.encode(code, PayloadMode.ENTROPY)).isEqualTo(payload);
            }
            double error = measure(format, target, codes).error();
            assertThat(error).isGreaterThan(before).isLessThan(6 * before);
            before = error;
        }
        // A code that is already below the target does not change.
        float[] code = codes.get(0);
        assertThat(PayloadCodec.of(format, PayloadLimits.DEFAULT.withTarget(200))
                        .encode(code, PayloadMode.ENTROPY))
                .isEqualTo(codec.encode(code, PayloadMode.ENTROPY));
    }

    @Test
    void shouldRefuseATargetWithoutTables() {
        Quantiser quantiser = Quantiser.uniform(SHAPE.channels(), 1);
        CodeFormat plain = new CodeFormat(SHAPE, new Quantisers(quantiser, quantiser), null);
        PayloadLimits limits = PayloadLimits.DEFAULT.withTarget(30);

        assertThatThrownBy(() -> PayloadCodec.of(plain, limits)).hasMessageContaining("entropy tables");
        assertThatThrownBy(() -> PayloadCodec.of(new CodeFormat(SHAPE, new Quantisers(quantiser, null), null), limits))
                .hasMessageContaining("entropy tables");
        assertThatThrownBy(() -> limits.withTarget(-1)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> limits.withCap(-1)).hasMessageContaining("at least 1");
    }

    @Test
    void shouldChooseNoSymbolThatIsWorseThanRoundingAllIn() {
        // Given
        List<float[]> training = LaplacianCodes.of(SHAPE, 1, 1000);
        RateDistortionFit.Fitted fitted = fit(training, 0.8f);

        // Then: with one symbol for each channel and no contexts, the choice is the best of each
        for (float[] code : LaplacianCodes.of(SHAPE, 4, 50)) {
            float[] exact = fitted.symbols().unrounded(code, 0, 1);
            int[] chosen = RateDistortionQuantisation.quantise(exact, fitted.symbols(), fitted.tables(), LAMBDA);
            for (int c = 0; c < chosen.length; c++) {
                double own = cost(fitted, exact, c, chosen[c]);
                for (int other = -6; other <= 6; other++) {
                    if (Math.round(exact[c]) != 0) {
                        assertThat(own).isLessThanOrEqualTo(cost(fitted, exact, c, other) + 1e-9);
                    }
                }
            }
        }
    }

    @Test
    void shouldPutReconstructionPointsAtTheMeanOfTheirValues() {
        // Given
        List<float[]> training = LaplacianCodes.of(SHAPE, 1, 4000);
        RateDistortionFit.Fitted fitted = fit(training, 0.8f);

        // When
        double sum = 0;
        int number = 0;
        for (float[] code : training) {
            float[] exact = fitted.symbols().unrounded(code, 0, 1);
            int[] symbols = RateDistortionQuantisation.quantise(exact, fitted.symbols(), fitted.tables(), LAMBDA);
            for (int c = 0; c < symbols.length; c++) {
                if (symbols[c] != 0) {
                    sum += Integer.signum(symbols[c])
                            * (fitted.symbols().reconstructionPoint(c, symbols[c]) - exact[c]);
                    number++;
                }
            }
        }

        // Then
        assertThat(number).isGreaterThan(1000);
        assertThat(sum / number).isCloseTo(0, within(0.02));
    }

    @Test
    void shouldReadAndWriteShrinkAndLambdaAndBundlesWithoutThem() throws Exception {
        // Given
        ObjectMapper json = new ObjectMapper();
        Quantiser plain = Quantiser.uniform(2, 0.5f);
        Quantisers quantisers = new Quantisers(plain, plain.withShrink(new float[] {0.1f, 0}), LAMBDA);

        // Then
        assertThat(json.readValue(json.writeValueAsString(quantisers), Quantisers.class))
                .isEqualTo(quantisers);
        assertThat(json.writeValueAsString(new Quantisers(plain, plain)))
                .doesNotContain("shrink")
                .doesNotContain("lambda");
        assertThat(json.readValue("{\"offset\":[0],\"step\":[2]}", Quantiser.class))
                .isEqualTo(Quantiser.uniform(1, 2));
    }

    @Test
    void shouldRefuseInvalidValues() {
        Quantiser plain = Quantiser.uniform(2, 0.5f);
        assertThatThrownBy(() -> plain.withShrink(new float[] {0})).hasMessageContaining("as many shrinks as steps");
        assertThatThrownBy(() -> plain.withShrink(new float[] {0, Float.NaN})).hasMessageContaining("between -1 and 1");
        assertThatThrownBy(() -> new Quantisers(plain, plain, 0.0)).hasMessageContaining("lambda");
        assertThatThrownBy(() -> new Quantisers(plain, null, 1.0)).hasMessageContaining("needs a quantiser");
    }

    @Test
    void shouldReportNaNAsABrokenNetwork() {
        CodeQuantiser quantiser = CodeQuantiser.of(format(LaplacianCodes.of(SHAPE, 1, 100), 0.8f));
        float[] code = new float[SHAPE.values()];
        code[7] = Float.NaN;
        assertThatThrownBy(() -> quantiser.quantise(code))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("channel 7");
    }

    private record Measured(double error, double bytes) {}

    private static Measured rounding(List<float[]> training, List<float[]> test, float step) {
        Quantiser quantiser = Quantiser.uniform(SHAPE.channels(), step);
        List<int[]> symbols = new ArrayList<>();
        CodeQuantiser plain = CodeQuantiser.of(new CodeFormat(SHAPE, new Quantisers(quantiser, quantiser), null));
        training.forEach(code -> symbols.add(plain.quantise(code)));
        EntropyTables tables = EntropyTables.train(symbols, SHAPE);
        return measure(new CodeFormat(SHAPE, new Quantisers(quantiser, quantiser), tables), 0, test);
    }

    private static Measured optimised(List<float[]> training, List<float[]> test, float step) {
        return measure(format(training, step), 0, test);
    }

    private static CodeFormat format(List<float[]> training, float step) {
        RateDistortionFit.Fitted fitted = fit(training, step);
        Quantiser u8 = Quantiser.uniform(SHAPE.channels(), step);
        return new CodeFormat(SHAPE, new Quantisers(u8, fitted.symbols(), LAMBDA), fitted.tables());
    }

    private static RateDistortionFit.Fitted fit(List<float[]> training, float step) {
        return RateDistortionFit.fit(
                training,
                SHAPE,
                Quantiser.uniform(SHAPE.channels(), step),
                LAMBDA,
                EntropyTables.Options.DEFAULT.withContexts(false));
    }

    private static Measured measure(CodeFormat format, int target, List<float[]> codes) {
        PayloadCodec codec = PayloadCodec.of(format, PayloadLimits.DEFAULT.withTarget(target));
        CodeQuantiser quantiser = CodeQuantiser.of(format, PayloadLimits.DEFAULT.withTarget(target));
        double error = 0;
        double bytes = 0;
        for (float[] code : codes) {
            float[] seen = quantiser.dequantise(quantiser.quantise(code));
            for (int i = 0; i < code.length; i++) {
                error += (code[i] - seen[i]) * (code[i] - seen[i]);
            }
            bytes += codec.encode(code, PayloadMode.ENTROPY).length;
        }
        return new Measured(error / codes.size(), bytes / codes.size());
    }

    private static double cost(RateDistortionFit.Fitted fitted, float[] exact, int channel, int symbol) {
        double error = exact[channel] - fitted.symbols().reconstructionPoint(channel, symbol);
        return error * error + LAMBDA * fitted.tables().channel(channel).bits(0, symbol);
    }
}
