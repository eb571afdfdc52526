package io.featherwire.bundler.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.featherwire.codec.payload.TensorShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FloatGraphWriterTest {
    @TempDir
    Path directory;

    private static final int SIZE = 96;
    private static final double WIDTH = 1.0 / 16;
    private static final TensorShape FEATURE = new TensorShape(32, 3, 3);
    private static final TensorShape CODE = new TensorShape(8, 1, 1);

    private final RandomWeights random = new RandomWeights(2);

    private Network compressor() {
        return Vgg16Networks.compressor(SIZE, random.vgg16(WIDTH), random.encoder(32));
    }

    private Network head() {
        return Vgg16Networks.head(FEATURE, List.of(random.dense(288, 16), random.dense(16, 16), random.dense(16, 10)));
    }

    @Test
    void shouldComputeTheCompressorAsPlainJavaDoes() throws IOException {
        // Given
        Network network = compressor();
        float[] images = random.values(2 * network.inputShape().values(), 1);

        // When
        Map<String, float[]> outputs = GraphRun.run(
                FloatGraphWriter.toGraph(network, WeightStorage.FLOAT32), images, 2, Set.of("code", "feature"));

        // Then
        for (int n = 0; n < 2; n++) {
            int values = network.inputShape().values();
            Map<String, float[]> expected =
                    PlainJavaInference.run(network, Arrays.copyOfRange(images, n * values, (n + 1) * values));
            assertThat(row(outputs.get("feature"), n, FEATURE.values()))
                    .containsExactly(expected.get("feature"), offset(1e-4f));
            assertThat(row(outputs.get("code"), n, CODE.values())).containsExactly(expected.get("code"), offset(1e-4f));
        }
    }

    @Test
    void shouldComputeDecoderAndHeadAsPlainJavaDoes() throws IOException {
        // Given
        Network decoder = Vgg16Networks.decoder(CODE, random.decoder(32));
        Network head = head();
        float[] code = random.values(CODE.values(), 1);

        // When
        float[] feature = GraphRun.run(FloatGraphWriter.toGraph(decoder, WeightStorage.FLOAT32), code, 1, "feature");
        float[] logits = GraphRun.run(FloatGraphWriter.toGraph(head, WeightStorage.FLOAT32), feature, 1, "logits");

        // Then
        float[] expected = PlainJavaInference.run(decoder, code).get("feature");
        assertThat(feature).containsExactly(expected, offset(1e-5f));
        assertThat(Parity.requireWithin(
                        "logits", PlainJavaInference.run(head, expected).get("logits"), logits, 1e-4))
                .isGreaterThanOrEqualTo(0);
    }

    @Test
    void shouldComputeTheSameByConvAndByConvTranspose() throws IOException {
        // Given
        TensorShape code = new TensorShape(8, 5, 5);
        List<Layer.Conv> convs = random.decoder(32);
        List<Layer> transposed = new ArrayList<>();
        convs.forEach(conv -> transposed.add(new Layer.ConvTranspose(conv.weights(), conv.relu(), conv.fine())));
        transposed.add(new Layer.Output("feature"));
        Network mirrored = new Network("decoder", "code", code, transposed);
        float[] codes = random.values(3 * code.values(), 1);

        // When
        float[] byConv = GraphRun.run(
                FloatGraphWriter.toGraph(Vgg16Networks.decoder(code, convs), WeightStorage.FLOAT32),
                codes,
                3,
                "feature");
        float[] byTranspose =
                GraphRun.run(FloatGraphWriter.toGraph(mirrored, WeightStorage.FLOAT32), codes, 3, "feature");

        // Then
        assertThat(byConv).hasSize(3 * 32 * 7 * 7);
        assertThat(Parity.maxDifference(byConv, byTranspose)).isLessThan(1e-5);
        assertThat(row(byTranspose, 0, 32 * 49))
                .containsExactly(
                        PlainJavaInference.run(mirrored, row(codes, 0, code.values()))
                                .get("feature"),
                        offset(1e-5f));
    }

    @Test
    void shouldDecodeAWholeFeatureFromOnePosition() throws IOException {
        // Given a decoder whose first kernel covers the feature
        TensorShape code = new TensorShape(8, 1, 1);
        List<Layer.Conv> convs = random.decoder(32, 7);
        List<Layer> padded = new ArrayList<>(convs);
        padded.add(new Layer.Output("feature"));
        float[] codes = random.values(code.values(), 1);

        // When
        Network decoder = Vgg16Networks.decoder(code, convs);
        float[] feature = GraphRun.run(FloatGraphWriter.toGraph(decoder, WeightStorage.FLOAT32), codes, 1, "feature");

        // Then the result equals that of the padded convolutions
        assertThat(feature).hasSize(32 * 7 * 7);
        assertThat(feature)
                .containsExactly(
                        PlainJavaInference.run(new Network("decoder", "code", code, padded), codes)
                                .get("feature"),
                        offset(1e-5f));
    }

    @Test
    void shouldStoreTheLayersBesideTheCodeInTwoBytes() throws IOException {
        // Given a decoder, and a copy with a fine first layer
        TensorShape code = new TensorShape(8, 1, 1);
        List<Layer.Conv> coarse = random.decoder(32);
        List<Layer.Conv> fine = new ArrayList<>(coarse);
        fine.set(0, coarse.get(0).withFineWeights());
        float[] codes = random.values(64 * code.values(), 1);
        float[] exact = run(coarse, code, codes, WeightStorage.FLOAT32);

        // When weights are stored as bytes
        double coarseError = Parity.maxDifference(exact, run(coarse, code, codes, WeightStorage.INT8));
        double fineError = Parity.maxDifference(exact, run(fine, code, codes, WeightStorage.INT8));

        // Then the copy is nearer to the exact result, and larger by one byte per weight of that layer
        assertThat(fineError).isLessThan(coarseError);
        assertThat(size(fine, code) - size(coarse, code)).isBetween(8 * 8 * 9 - 300, 8 * 8 * 9 + 300);
    }

    private static float[] run(List<Layer.Conv> decoder, TensorShape code, float[] codes, WeightStorage storage)
            throws IOException {
        return GraphRun.run(
                FloatGraphWriter.toGraph(Vgg16Networks.decoder(code, decoder), storage),
                codes,
                codes.length / code.values(),
                "feature");
    }

    private int size(List<Layer.Conv> decoder, TensorShape code) throws IOException {
        Path file = directory.resolve("decoder.onnx");
        FloatGraphWriter.toGraph(Vgg16Networks.decoder(code, decoder), WeightStorage.INT8)
                .write(file);
        return (int) Files.size(file);
    }

    @ParameterizedTest
    @EnumSource
    void shouldFollowTheRulesOfOnnx(WeightStorage storage) {
        OnnxCheckerRules.check(FloatGraphWriter.toGraph(compressor(), storage));
        OnnxCheckerRules.check(FloatGraphWriter.toGraph(Vgg16Networks.backbone(64, random.vgg16(WIDTH)), storage));
        OnnxCheckerRules.check(FloatGraphWriter.toGraph(Vgg16Networks.decoder(CODE, random.decoder(32)), storage));
        OnnxCheckerRules.check(FloatGraphWriter.toGraph(
                Vgg16Networks.decoder(new TensorShape(8, 1, 1), random.decoder(32, 7)), storage));
        OnnxCheckerRules.check(FloatGraphWriter.toGraph(head(), storage));
    }

    @Test
    void shouldNameInputsAndOutputsWithTheirShapes() {
        // Given
        OnnxGraph graph = FloatGraphWriter.toGraph(compressor(), WeightStorage.FLOAT32);

        // Then
        assertThat(graph.model().getGraph().getInputList().stream().map(FloatGraphWriterTest::text))
                .containsExactly("image[N, 3, 96, 96]");
        assertThat(graph.model().getGraph().getOutputList().stream().map(FloatGraphWriterTest::text))
                .containsExactly("feature[N, 32, 3, 3]", "code[N, 8, 1, 1]");
        assertThat(FloatGraphWriter.toGraph(head(), WeightStorage.FLOAT32).model().getGraph().getOutputList().stream()
                        .map(FloatGraphWriterTest::text))
                .containsExactly("logits[N, 10]");
    }

    @Test
    void shouldHoldNothingButConvReluAndMaxPoolInTheBackbone() {
        // When
        List<String> operators = FloatGraphWriter.toGraph(
                        Vgg16Networks.backbone(64, random.vgg16(WIDTH)), WeightStorage.FLOAT32)
                .model()
                .getGraph()
                .getNodeList()
                .stream()
                .map(NodeProto::getOpType)
                .toList();

        // Then
        assertThat(operators).hasSize(13 + 13 + 5).containsOnly("Conv", "Relu", "MaxPool");
        assertThat(operators.subList(0, 5)).containsExactly("Conv", "Relu", "Conv", "Relu", "MaxPool");
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveTheSameBytesForTheSameNetwork(WeightStorage storage) {
        assertThat(FloatGraphWriter.toGraph(new FloatGraphWriterTest().compressor(), storage)
                        .bytes())
                .isEqualTo(FloatGraphWriter.toGraph(new FloatGraphWriterTest().compressor(), storage)
                        .bytes());
    }

    @Test
    void shouldCountMultiplyAddsOfThePapersNetwork() {
        Network paper = Vgg16Networks.backbone(224, new RandomWeights(3).vgg16(1));
        assertThat(paper.outputShape()).isEqualTo(new TensorShape(512, 7, 7));
        assertThat(paper.multiplyAdds()).isEqualTo(15_346_630_656L);
    }

    @Test
    void shouldRefuseLayersThatDoNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Vgg16Networks.head(FEATURE, List.of(random.dense(287, 10))))
                .withMessageContaining("'head', layer 2 of 3")
                .withMessageContaining("287 inputs");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Vgg16Networks.encoder(new TensorShape(32, 1, 1), random.encoder(32)))
                .withMessageContaining("'encoder', layer 3 of 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Vgg16Networks.backbone(64, random.vgg16(WIDTH).subList(0, 12)))
                .withMessageContaining("13 convolutions, not 12");
    }

    private static float[] row(float[] values, int index, int length) {
        return Arrays.copyOfRange(values, index * length, (index + 1) * length);
    }

    private static String text(ValueInfoProto value) {
        List<String> sides = value.getType().getTensorType().getShape().getDimList().stream()
                .map(FloatGraphWriterTest::side)
                .toList();
        return value.getName() + sides;
    }

    private static String side(Dimension dimension) {
        return dimension.getDimParam().isEmpty() ? Long.toString(dimension.getDimValue()) : dimension.getDimParam();
    }
}
