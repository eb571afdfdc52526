package io.featherwire.codec.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FisherQuantisationTest {

    private static final TensorShape SHAPE = new TensorShape(120, 1, 1);
    private static final double LAMBDA = 0.2;
    private static final int CLASSES = 5;

    private static List<float[]> codes(long seed, int number) {
        return codes(SHAPE, seed, number);
    }

    private static List<float[]> codes(TensorShape shape, long seed, int number) {
        Random random = new Random(seed);
        List<float[]> codes = new ArrayList<>();
        for (int n = 0; n < number; n++) {
            float[] code = new float[shape.values()];
            for (int i = 0; i < code.length; i++) {
                code[i] = (float) (3 * Math.pow(0.1, i / (code.length - 1.0)) * random.nextGaussian());
            }
            codes.add(code);
        }
        return codes;
    }

    private static CodeFormat format() {
        return format(SHAPE);
    }

    private static CodeFormat format(TensorShape shape) {
        RateDistortionFit.Fitted fitted = RateDistortionFit.fit(
                codes(shape, 1, 800),
                shape,
                Quantiser.uniform(shape.channels(), 1),
                LAMBDA,
                EntropyTables.Options.DEFAULT.withContexts(false));
        Quantisers quantisers = new Quantisers(Quantiser.uniform(shape.channels(), 1), fitted.symbols(), LAMBDA);
        return new CodeFormat(shape, quantisers.withFisher(new FisherWeight("answer.onnx", 20)), fitted.tables());
    }

    private static double squares(float[] code, float[] seen) {
        double squares = 0;
        for (int i = 0; i < code.length; i++) {
            squares += (code[i] - seen[i]) * (double) (code[i] - seen[i]);
        }
        return squares;
    }

    private static double along(float[] code, float[] seen, float[] directions) {
        double sum = 0;
        for (int k = 0; k < CLASSES; k++) {
            double product = 0;
            for (int i = 0; i < code.length; i++) {
                product += (code[i] - seen[i]) * directions[i * CLASSES + k];
            }
            sum += product * product;
        }
        return sum;
    }

    @Test
    void shouldReduceTheChangeOfThePredictionWithAlmostNoMoreBytes() throws Exception {
        CodeFormat format = format();
        CodeQuantiser quantiser = CodeQuantiser.of(format);
        SymbolCodec codec = SymbolCodec.of(format);
        Random random = new Random(3);
        double before = 0;
        double after = 0;
        double error = 0;
        double turned = 0;
        double bytes = 0;
        double more = 0;
        for (float[] code : codes(2, 100)) {
            // Given directions of this image
            float[] directions = new float[(SHAPE.values() + 1) * CLASSES];
            for (int i = 0; i < SHAPE.values() * CLASSES; i++) {
                directions[i] = (float) (0.05 * random.nextGaussian());
            }

            // When
            int[] plain = quantiser.quantise(code);
            int[] symbols = quantiser.quantise(code, directions);

            // Then a decoder without the directions reads the symbols
            byte[] payload = codec.encode(code, symbols, PayloadMode.ENTROPY);
            assertThat(PayloadCodec.of(format).decode(payload)).isEqualTo(quantiser.dequantise(symbols));
            before += along(code, quantiser.dequantise(plain), directions);
            after += along(code, quantiser.dequantise(symbols), directions);
            error += squares(code, quantiser.dequantise(plain));
            turned += squares(code, quantiser.dequantise(symbols));
            bytes += codec.encode(code, plain, PayloadMode.ENTROPY).length;
            more += payload.length;
        }
        assertThat(after).isLessThan(0.3 * before);
        assertThat(turned).isLessThan(1.06 * error);
        assertThat(more).isLessThan(1.04 * bytes);
    }

    @Test
    void shouldChooseTheSameSymbolsByTheWholeFeatureAsByTheRemainder() {
        CodeFormat format = format();
        CodeQuantiser earlier = CodeQuantiser.of(format);
        CodeQuantiser quantiser = CodeQuantiser.of(considering(format, SHAPE.values()));
        Random random = new Random(3);
        for (float[] code : codes(2, 50)) {
            float[] directions = new float[(SHAPE.values() + 1) * CLASSES];
            for (int i = 0; i < directions.length; i++) {
                directions[i] = (float) (0.05 * random.nextGaussian());
            }

            // When the last row stands for the coefficients, too
            float[] whole = directions.clone();
            add(directions, code, 0, SHAPE.values(), whole);

            // Then
            assertThat(quantiser.quantise(code, whole)).isEqualTo(earlier.quantise(code, directions));
        }
    }

    @Test
    void shouldMoveOnlyTheSymbolsThatHaveDirections() {
        int first = 40;
        CodeQuantiser quantiser = CodeQuantiser.of(considering(format(), first));
        Random random = new Random(5);
        int moved = 0;
        for (float[] code : codes(2, 50)) {
            float[] directions = new float[(first + 1) * CLASSES];
            for (int i = 0; i < directions.length; i++) {
                directions[i] = (float) (0.2 * random.nextGaussian());
            }
            int[] plain = quantiser.quantise(code);
            int[] symbols = quantiser.quantise(code, directions);
            moved += Arrays.equals(plain, symbols) ? 0 : 1;
            assertThat(Arrays.copyOfRange(symbols, first, symbols.length))
                    .isEqualTo(Arrays.copyOfRange(plain, first, plain.length));
        }
        assertThat(moved).isGreaterThan(25);
    }

    @Test
    void shouldMoveOnlyTheMovableSymbolsAndConsiderTheErrorsOfAll() {
        int movable = 80;
        CodeFormat format = format();
        CodeQuantiser quantiser = CodeQuantiser.of(new CodeFormat(
                SHAPE,
                format.quantisers().withFisher(new FisherWeight("answer.onnx", 20, SHAPE.values(), movable)),
                format.tables()));
        Random random = new Random(5);
        int different = 0;
        for (float[] code : codes(2, 50)) {
            float[] directions = new float[(SHAPE.values() + 1) * CLASSES];
            for (int i = 0; i < directions.length; i++) {
                directions[i] = (float) (0.2 * random.nextGaussian());
            }
            int[] plain = quantiser.quantise(code);
            int[] symbols = quantiser.quantise(code, directions);
            assertThat(Arrays.copyOfRange(symbols, movable, symbols.length))
                    .isEqualTo(Arrays.copyOfRange(plain, movable, plain.length));

            // When only the directions of the other values change
            float[] others = directions.clone();
            for (int i = movable * CLASSES; i < SHAPE.values() * CLASSES; i++) {
                others[i] = -directions[i];
            }
            different += Arrays.equals(quantiser.quantise(code, others), symbols) ? 0 : 1;
        }

        // Then their errors count
        assertThat(different).isGreaterThan(25);
    }

    private static CodeFormat considering(CodeFormat format, int coefficients) {
        return new CodeFormat(
                format.shape(),
                format.quantisers().withFisher(new FisherWeight("answer.onnx", 20, coefficients)),
                format.tables());
    }

    /** Adds the products of a code's values with their directions to the last row. */
    private static void add(float[] directions, float[] code, int from, int to, float[] whole) {
        for (int i = from; i < to; i++) {
            for (int k = 0; k < CLASSES; k++) {
                whole[SHAPE.values() * CLASSES + k] += code[i] * directions[i * CLASSES + k];
            }
        }
    }

    @Test
    void shouldChooseAsBeforeWhereErrorsDoNotMatter() {
        CodeQuantiser quantiser = CodeQuantiser.of(format());
        for (float[] code : codes(4, 20)) {
            int[] symbols = quantiser.quantise(code, new float[SHAPE.values() + 1]);

            // Without contexts, no symbol is cheaper than the chosen one
            assertThat(symbols).isEqualTo(quantiser.quantise(code));
        }
    }

    @Test
    void shouldKeepToATarget() {
        CodeFormat format = format();
        SymbolCodec codec = SymbolCodec.of(format);
        float[] code = codes(5, 1).get(0);
        float[] directions = new float[SHAPE.values() + 1];
        Arrays.fill(directions, 0.1f);
        int target = PayloadCodec.of(format).encode(code, PayloadMode.ENTROPY).length - 3;

        int[] symbols = CodeQuantiser.of(format, PayloadLimits.DEFAULT.withTarget(target))
                .quantise(code, directions);

        assertThat(codec.encode(code, symbols, PayloadMode.ENTROPY).length).isLessThanOrEqualTo(target);
    }

    @Test
    void shouldRefuseDirectionsOfAnotherCode() {
        assertThatThrownBy(() -> CodeQuantiser.of(format()).quantise(codes(6, 1).get(0), new float[7]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("7 directions");
    }

    @Test
    void shouldComeBackFromJson() throws Exception {
        Quantisers quantisers = new Quantisers(Quantiser.uniform(2, 1), Quantiser.uniform(2, 1), 0.2)
                .withFisher(new FisherWeight("answer.onnx", 30));
        Quantisers some = quantisers.withFisher(new FisherWeight("answer.onnx", 30, 512));
        ObjectMapper mapper = new ObjectMapper();

        // Older bundles do not have the number of values that have directions
        assertThat(mapper.writeValueAsString(quantisers)).doesNotContain("coefficients");
        assertThat(mapper.readValue(mapper.writeValueAsString(quantisers), Quantisers.class))
                .isEqualTo(quantisers);
        assertThat(mapper.readValue(mapper.writeValueAsString(some), Quantisers.class))
                .isEqualTo(some);
        assertThatThrownBy(() -> new Quantisers(
                        Quantiser.uniform(2, 1), Quantiser.uniform(2, 1), null, new FisherWeight("a", 1)))
                .hasMessageContaining("lambda");
        assertThatThrownBy(() -> new FisherWeight("a", 0)).hasMessageContaining("weight");
        assertThatThrownBy(() -> new FisherWeight("a", 1, 0)).hasMessageContaining("coefficients");
        assertThatThrownBy(() -> new FisherWeight("a", 1, 8, 0)).hasMessageContaining("movable");
    }
}
