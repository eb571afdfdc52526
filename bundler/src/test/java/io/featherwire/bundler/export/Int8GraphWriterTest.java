package io.featherwire.bundler.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.featherwire.codec.payload.TensorShape;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Int8GraphWriterTest {

    private static final int CONVS = 13;

    private final RandomWeights random = new RandomWeights(4);

    @TempDir
    Path directory;

    private Network compressor() {
        return Vgg16Networks.compressor(96, random.vgg16(1.0 / 8), random.encoder(64));
    }

    private List<ActivationRange> ranges(Network network, float[] images, int batch, RangeClipping clipping)
            throws IOException {
        try (ActivationCalibration calibration = new ActivationCalibration(network, CONVS, 1)) {
            calibration.observe(FloatBuffer.wrap(images), batch);
            return calibration.ranges(clipping);
        }
    }

    @Test
    void shouldComputeNearlyWhatTheFloatGraphDoes() throws IOException {
        // Given
        Network network = compressor();
        float[] images = random.values(4 * network.inputShape().values(), 1);
        Map<String, float[]> exact = GraphRun.run(
                FloatGraphWriter.toGraph(network, WeightStorage.FLOAT32), images, 4, Set.of("feature", "code"));

        // When
        OnnxGraph graph = Int8GraphWriter.toGraph(network, ranges(network, images, 4, RangeClipping.MAX));
        Map<String, float[]> bytes = GraphRun.run(graph, images, 4, Set.of("feature", "code"));

        // Then
        OnnxCheckerRules.check(graph);
        assertThat(signalToNoise(exact.get("feature"), bytes.get("feature"))).isGreaterThan(20);
        assertThat(signalToNoise(exact.get("code"), bytes.get("code"))).isGreaterThan(20);
    }

    @Test
    void shouldFuseToIntegerOperatorsThroughout() throws IOException, OrtException {
        // Given
        Network network = compressor();
        float[] images = random.values(network.inputShape().values(), 1);

        // When
        List<String> operators = OptimisedGraph.operators(
                Int8GraphWriter.toGraph(network, ranges(network, images, 1, RangeClipping.MAX)), directory);

        // Then
        Map<String, Long> counts =
                operators.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(counts)
                .as("%s", operators)
                .containsEntry("QLinearConv", 13L)
                .containsEntry("NhwcMaxPool", 5L)
                .containsEntry("QuantizeLinear", 1L)
                .containsEntry("Conv", 3L)
                .doesNotContainKeys("MaxPool", "Relu", "Cast", "Mul");
    }

    /**
     * Runs a graph in the precise mode of processors without VNNI; some graphs abort the whole process in that mode.
     */
    @Test
    void shouldComputeTheSameInPreciseMode() throws IOException, OrtException {
        // Given
        Network network = compressor();
        float[] images = random.values(network.inputShape().values(), 1);
        OnnxGraph graph = Int8GraphWriter.toGraph(network, ranges(network, images, 1, RangeClipping.MAX));
        float[] fast = GraphRun.run(graph, images, 1, "feature");

        // When
        float[] precise;
        try (SessionOptions options = new SessionOptions()) {
            options.addConfigEntry("session.x64quantprecision", "1");
            try (OrtSession session = OrtEnvironment.getEnvironment().createSession(graph.bytes(), options);
                    OnnxTensor image = OnnxTensor.createTensor(
                            OrtEnvironment.getEnvironment(), FloatBuffer.wrap(images), new long[] {1, 3, 96, 96});
                    OrtSession.Result result = session.run(Map.of("image", image), Set.of("feature"))) {
                precise = ((OnnxTensor) result.get(0)).getFloatBuffer().array();
            }
        }

        // Then
        assertThat(signalToNoise(precise, fast)).isGreaterThan(20);
    }

    @Test
    void shouldKeepOneConvolutionWithinTheStepOfItsOutput() throws IOException {
        // Given
        Network network = new Network(
                "one",
                "image",
                new TensorShape(3, 8, 8),
                List.of(
                        new Layer.Conv(random.conv(3, 16, 3), 1, true),
                        new Layer.MaxPool(),
                        new Layer.Output("feature")));
        float[] image = random.values(network.inputShape().values(), 1);
        float[] expected = PlainJavaInference.run(network, image).get("feature");
        List<ActivationRange> ranges;
        try (ActivationCalibration calibration = new ActivationCalibration(network, 1, 1)) {
            calibration.observe(FloatBuffer.wrap(image), 1);
            ranges = calibration.ranges(RangeClipping.MAX);
        }

        // When
        float[] actual = GraphRun.run(Int8GraphWriter.toGraph(network, ranges), image, 1, "feature");

        // Then
        assertThat(Parity.maxDifference(expected, actual))
                .isLessThan(6 * ranges.get(1).scale());
    }

    @Test
    void shouldRefuseMoreRangesThanConvolutions() {
        Network network = Vgg16Networks.backbone(32, random.vgg16(1.0 / 16));
        List<ActivationRange> ranges = Collections.nCopies(15, new ActivationRange(0, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Int8GraphWriter.toGraph(network, ranges))
                .withMessageContaining("13 convolutions");
    }

    /** Returns the signal-to-noise ratio in decibels. */
    private static double signalToNoise(float[] exact, float[] actual) {
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < exact.length; i++) {
            signal += (double) exact[i] * exact[i];
            noise += ((double) exact[i] - actual[i]) * ((double) exact[i] - actual[i]);
        }
        return 10 * Math.log10(signal / noise);
    }
}
