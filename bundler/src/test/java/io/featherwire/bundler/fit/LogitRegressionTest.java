package io.featherwire.bundler.fit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.featherwire.bundler.assembly.Companding;
import io.featherwire.bundler.assembly.FeatureLayout;
import io.featherwire.bundler.assembly.FisherGraph;
import io.featherwire.bundler.assembly.LinearLogits;
import io.featherwire.bundler.export.OnnxProtos;
import io.featherwire.codec.onnx.GraphProbe;
import io.featherwire.codec.onnx.GraphProbe.Tensor;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.SymbolCodec;
import io.featherwire.codec.payload.TensorShape;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogitRegressionTest {

    private static final int LENGTH = 96;
    private static final int CLASSES = 5;
    private static final int HIDDEN = 24;
    private static final float LOGIT = 0.5f;
    private static final int ROWS = 600;
    private static final float[] WEIGHTS = gaussian(7, LENGTH * CLASSES, 1);

    private static float[] gaussian(long seed, int count, double deviation) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }

    /** Features with a few latent variables; features that are clamped at 0 are companded. */
    private static float[] features(long seed, boolean cut) {
        float[] directions = gaussian(1, HIDDEN * LENGTH, 0.4);
        float[] hidden = gaussian(seed, ROWS * HIDDEN, 1);
        float[] features = gaussian(seed + 1, ROWS * LENGTH, 0.1);
        for (int i = 0; i < features.length; i++) {
            for (int k = 0; k < HIDDEN; k++) {
                features[i] += hidden[i / LENGTH * HIDDEN + k] * directions[k * LENGTH + i % LENGTH] / (1 + k / 8f);
            }
            features[i] = cut ? Math.max(0, features[i] + 0.6f) : features[i];
        }
        return features;
    }

    private static float[] logits(float[] features) {
        float[] logits = new float[features.length / LENGTH * CLASSES];
        for (int i = 0; i < logits.length; i++) {
            for (int k = 0; k < LENGTH; k++) {
                logits[i] += LOGIT * features[i / CLASSES * LENGTH + k] * WEIGHTS[k * CLASSES + i % CLASSES];
            }
        }
        return logits;
    }

    private static int first(float[] logits, int row) {
        int first = 0;
        for (int k = 1; k < CLASSES; k++) {
            first = logits[row * CLASSES + k] > logits[row * CLASSES + first] ? k : first;
        }
        return first;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldKeepMorePredictionsAtTheSameSize(boolean cut) {
        float[] training = features(10, cut);
        float[] test = features(20, cut);
        try (CodecFamily codecs = CodecFamily.of(training, LENGTH, logits(training))) {
            // Given codecs that do not keep all predictions
            FittedCode code = codecs.forTargetBytes(10);
            int count = code.shape().values();
            int all = codecs.coefficients();
            float[] codes = new float[ROWS * count];
            float[] whole = codecs.encode(test);
            for (int row = 0; row < ROWS; row++) {
                System.arraycopy(whole, row * all, codes, row * count, count);
            }
            float[] directions = codecs.directions(code, test, codes);
            int own = directions.length / ROWS;
            CodeQuantiser quantiser = CodeQuantiser.of(code.format());
            SymbolCodec payloads = SymbolCodec.of(code.format());
            float[] plain = new float[codes.length];
            float[] turned = new float[codes.length];
            int plainBytes = 0;
            int turnedBytes = 0;
            for (int row = 0; row < ROWS; row++) {
                float[] exact = Arrays.copyOfRange(codes, row * count, (row + 1) * count);
                int[] blind = quantiser.quantise(exact);
                int[] respecting =
                        quantiser.quantise(exact, Arrays.copyOfRange(directions, row * own, (row + 1) * own));
                plainBytes += payloads.encode(exact, blind, code.mode()).length;
                turnedBytes += payloads.encode(exact, respecting, code.mode()).length;
                System.arraycopy(quantiser.dequantise(blind), 0, plain, row * count, count);
                System.arraycopy(quantiser.dequantise(respecting), 0, turned, row * count, count);
            }

            // Then
            int lost = lost(test, codecs.decode(code, plain));
            int fewer = lost(test, codecs.decode(code, turned));
            assertThat(lost).isGreaterThan(ROWS / 20);
            assertThat(fewer).isLessThan(4 * lost / 5);
            assertThat((double) turnedBytes).isLessThan(1.1 * plainBytes);
        }
    }

    @Test
    void shouldFindTheWeightsOfALinearHeadFromFewImages() {
        // Given fewer images than values, and features in 8-bit integers as quantised networks return them
        int rows = LENGTH - 2;
        float[] features = Arrays.copyOf(features(10, true), rows * LENGTH);
        float[] probe = features(40, true);
        UnaryOperator<float[]> head = some -> rounded(logits(some));
        LinearLogits asked;
        LinearLogits seen;
        try (MatrixProducts products = new MatrixProducts()) {
            KarhunenLoeveFit linear = KarhunenLoeveFit.of(
                    products,
                    features,
                    rows,
                    new FeatureLayout(new TensorShape(LENGTH, 1, 1), LENGTH, 1, true),
                    Companding.TWO_THIRDS);
            asked = LogitRegression.fit(products, linear, features, new float[0], head.apply(features), rows, head);
            seen = LogitRegression.fit(products, linear, features, new float[0], head.apply(features), rows, null);
        }

        // Then the error of the fit on other images is the rounding error
        assertThat(error(asked, probe)).isLessThan(0.2 * error(seen, probe));
        assertThat(error(asked, probe)).isLessThan(0.1);
    }

    @Test
    void shouldFallBackToTheImagesWhereAHeadIsNotLinear() {
        // Given a head whose logits for mixed features follow another function than for images
        float[] features = features(10, true);
        float[] own = logits(features);
        try (MatrixProducts products = new MatrixProducts()) {
            LinearLogits seen = MixedFeatureRegression.fit(
                    products, features, own, ROWS, some -> new float[some.length / LENGTH * CLASSES]);

            assertThat(error(seen, features(40, true))).isLessThan(1);
        }
    }

    private static float[] rounded(float[] logits) {
        float[] rounded = new float[logits.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = Math.round(logits[i] / 0.2f) * 0.2f;
        }
        return rounded;
    }

    /** Returns the mean squared error of the fitted logits, each row minus its mean. */
    private static double error(LinearLogits linearLogits, float[] features) {
        float[] wanted = logits(features);
        double error = 0;
        for (int row = 0; row < ROWS; row++) {
            double[] apart = new double[CLASSES];
            double mean = 0;
            for (int k = 0; k < CLASSES; k++) {
                apart[k] = linearLogits.bias()[k] - wanted[row * CLASSES + k];
                for (int i = 0; i < LENGTH; i++) {
                    apart[k] += features[row * LENGTH + i] * linearLogits.weights()[i * CLASSES + k];
                }
                mean += apart[k] / CLASSES;
            }
            for (double one : apart) {
                error += (one - mean) * (one - mean) / CLASSES / ROWS;
            }
        }
        return error;
    }

    private static int lost(float[] features, float[] decoded) {
        float[] wanted = logits(features);
        float[] predictions = logits(decoded);
        int lost = 0;
        for (int row = 0; row < ROWS; row++) {
            lost += first(wanted, row) == first(predictions, row) ? 0 : 1;
        }
        return lost;
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, false", "true, true", "false, true"})
    void shouldGiveTheDirectionsOfTheGraph(boolean cut, boolean rounding) {
        float[] training = features(10, cut);
        float[] logits = rounding ? rounded(logits(training)) : logits(training);
        try (CodecFamily codecs = CodecFamily.of(training, LENGTH, logits)) {
            FittedCode code = codecs.forTargetBytes(6, new ScalarSettings(0.2, 0.4, 10, 4, LENGTH));
            LinearLogits linearLogits = requireNonNull(code.linearLogits());
            assertThat(linearLogits.ofFeatures()).isEqualTo(cut);
            assertThat(linearLogits.rounded()).isEqualTo(rounding && cut);
            float[] feature = Arrays.copyOf(features(30, cut), LENGTH);
            float[] own = Arrays.copyOf(codecs.encode(feature), code.shape().values());

            // When
            float[] expected = codecs.directions(code, feature, own);
            ModelProto graph = FisherGraph.toModel(
                    linearLogits,
                    code.transform(),
                    new FeatureLayout(new TensorShape(LENGTH, 1, 1), LENGTH, 1, true),
                    requireNonNull(code.quantisers().symbols()).step());
            float[] directions = run(graph, cut ? "feature" : "code", cut ? feature : own);

            // Then they are equal except for the rounding of weights to bytes
            assertNear(directions, expected, 0.03f);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void shouldTransformOneRowFewerThanThereAreClasses(int classes) {
        float[] training = features(10, true);
        try (CodecFamily codecs = CodecFamily.of(training, LENGTH, logits(training))) {
            ScalarSettings settings = ScalarSettings.forBytes(10, 1280);
            FittedCode code = codecs.forTargetBytes(
                    10, new ScalarSettings(settings.lambda(), settings.emphasis(), 10, classes, 2 * LENGTH));
            int count = code.shape().values();
            float[] feature = Arrays.copyOf(features(30, true), LENGTH);
            ModelProto.Builder graph = FisherGraph.toModel(
                    requireNonNull(code.linearLogits()),
                    code.transform(),
                    new FeatureLayout(new TensorShape(LENGTH, 1, 1), LENGTH, 1, true),
                    requireNonNull(code.quantisers().symbols()).step())
                    .toBuilder();
            graph.getGraphBuilder()
                    .addOutput(OnnxProtos.floatTensor(
                            "turned", OnnxProtos.openDimension("N"), Math.max(1, classes - 1), count));

            // When
            Map<String, Tensor> outputs = outputs(graph.build(), "feature", feature, Set.of("directions", "turned"));

            // Then the directions of all classes come from their differences from the most probable class
            assertThat(requireNonNull(outputs.get("turned")).sides())
                    .containsExactly(1, Math.max(1, classes - 1), count);
            assertNear(
                    requireNonNull(outputs.get("directions")).values(),
                    codecs.directions(code, feature, new float[count]),
                    0.03f);
        }
    }

    @Test
    void shouldConsiderRoundedLogitsByThemselvesOnlyInLargePayloads() {
        float[] training = features(10, true);
        try (CodecFamily codecs = CodecFamily.of(training, LENGTH, rounded(logits(training)))) {
            for (int classes : new int[] {3, 4, 5, 10}) {
                FittedCode code = codecs.forTargetBytes(10, new ScalarSettings(0.2, 0.4, 10, classes, LENGTH));
                assertThat(requireNonNull(code.linearLogits()).rounded()).isEqualTo(classes < 5);
                assertThat(requireNonNull(code.quantisers().fisher()).movable()).isEqualTo(classes < 5 ? 400 : null);
            }
        }
    }

    @Test
    void shouldWeighACommonErrorOfAllLogitsOnlyIfTheyAreRounded() {
        float[] training = features(10, true);
        float[] exact = logits(training);
        try (CodecFamily real = CodecFamily.of(training, LENGTH, exact);
                CodecFamily integers = CodecFamily.of(training, LENGTH, rounded(exact))) {
            // Then errors that change two logits equally count only if each logit is rounded by itself
            assertThat(weightOfCommonErrors(real)).isLessThan(1e-4);
            assertThat(weightOfCommonErrors(integers)).isGreaterThan(0.1);
        }
    }

    /** Returns the weight of a common error of two classes' logits, relative to the weight of all errors. */
    private static double weightOfCommonErrors(CodecFamily codecs) {
        ScalarSettings settings = ScalarSettings.forBytes(10, 1280);
        FittedCode code = codecs.forTargetBytes(
                10, new ScalarSettings(settings.lambda(), settings.emphasis(), 10, 2, 2 * LENGTH));
        int rows = code.shape().values();
        float[] directions = codecs.directions(code, Arrays.copyOf(features(30, true), LENGTH), new float[rows]);
        // Both columns are equal but for sign and length if only the difference counts
        double first = 0;
        double second = 0;
        double product = 0;
        for (int i = 0; i < rows; i++) {
            first += directions[2 * i] * directions[2 * i];
            second += directions[2 * i + 1] * directions[2 * i + 1];
            product += directions[2 * i] * directions[2 * i + 1];
        }
        return 1 - product * product / (first * second);
    }

    @Test
    void shouldExpectTheShiftOfDecodedValues() {
        float[] training = features(10, true);
        float[] test = features(20, true);
        try (CodecFamily codecs = CodecFamily.of(training, LENGTH, rounded(logits(training)))) {
            FittedCode code = codecs.forTargetBytes(10, new ScalarSettings(0.2, 0.4, 10, 4, LENGTH));
            int count = code.shape().values();
            float[] all = codecs.encode(test);
            CodeQuantiser quantiser = CodeQuantiser.of(code.format());
            float[] decoded = new float[ROWS * count];
            for (int row = 0; row < ROWS; row++) {
                int from = row * codecs.coefficients();
                float[] exact = Arrays.copyOfRange(all, from, from + count);
                System.arraycopy(quantiser.dequantise(quantiser.quantise(exact)), 0, decoded, row * count, count);
            }

            // When the mean error of large values is compared with the expected shift
            float[] arriving = codecs.decode(code, decoded);
            float squaredError =
                    requireNonNull(code.linearLogits()).considered().squaredError();
            double mean = 0;
            double expected = 0;
            int large = 0;
            for (int i = 0; i < test.length; i++) {
                if (test[i] > 0.5f) {
                    float root = Companding.TWO_THIRDS.compress(test[i]);
                    float slope = Companding.TWO_THIRDS.slope(root);
                    double linear = slope * (Companding.TWO_THIRDS.compress(arriving[i]) - root);
                    mean += arriving[i] - test[i] - linear;
                    expected += slope * Companding.TWO_THIRDS.shift(root, squaredError);
                    large++;
                }
            }

            // Then
            assertThat(large).isGreaterThan(1000);
            assertThat(mean / large).isGreaterThan(0.0005).isCloseTo(expected / large, withinPercentage(50));
        }
    }

    /** @param share of the largest expected value that each may be off */
    private static void assertNear(float[] values, float[] expected, float share) {
        assertThat(values).hasSize(expected.length);
        float most = 0;
        for (float one : expected) {
            most = Math.max(most, Math.abs(one));
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat(values[i]).isCloseTo(expected[i], within(share * most + 1e-6f));
        }
    }

    @Test
    void shouldComputeDirectionsOfTheFirstCoefficientsOnly() {
        float[] training = features(10, true);
        FeatureLayout form = new FeatureLayout(new TensorShape(LENGTH, 1, 1), LENGTH, 1, true);
        try (CodecFamily codecs = CodecFamily.of(training, LENGTH, logits(training))) {
            FittedCode code = codecs.forTargetBytes(10);
            LinearLogits answer = requireNonNull(code.linearLogits());
            LinearLogits fewer = answer.withConsidered(new LinearLogits.Considered(
                    answer.classes(),
                    code.shape().values() / 2,
                    answer.considered().squaredError()));
            float[] steps = requireNonNull(code.quantisers().symbols()).step();
            float[] feature = Arrays.copyOf(features(30, true), LENGTH);

            float[] all = run(FisherGraph.toModel(answer, code.transform(), form, steps), "feature", feature);
            float[] some = run(FisherGraph.toModel(fewer, code.transform(), form, steps), "feature", feature);

            // Then they are the first rows of all directions, and the last row is that of the whole feature in both
            int first = code.shape().values() / 2 * CLASSES;
            assertThat(some).hasSize(first + CLASSES);
            for (int i = 0; i < some.length; i++) {
                float expected = all[i < first ? i : all.length - CLASSES + i - first];
                assertThat(some[i]).isCloseTo(expected, within(1e-4f));
            }
        }
    }

    private static float[] run(ModelProto graph, String input, float[] values) {
        return requireNonNull(
                        outputs(graph, input, values, Set.of("directions")).get("directions"))
                .values();
    }

    private static Map<String, Tensor> outputs(ModelProto graph, String input, float[] values, Set<String> names) {
        try (GraphProbe probe = GraphProbe.open("answer", graph.toByteArray(), GraphProbe.Optimisation.ALL)) {
            Tensor tensor = new Tensor("FLOAT", new long[] {1, values.length, 1, 1}, values);
            return probe.run(Map.of(input, tensor), names, true);
        }
    }
}
