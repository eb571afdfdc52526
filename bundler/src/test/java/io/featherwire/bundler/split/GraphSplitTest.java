package io.featherwire.bundler.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.featherwire.bundler.BundlerException;
import io.featherwire.codec.onnx.GraphProbe;
import io.featherwire.codec.onnx.GraphProbe.Optimisation;
import io.featherwire.codec.testing.TinyGraph;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Finds cut tensors, and compares the two parts of a network with the whole. */
class GraphSplitTest {
    private static final Path MODELS = Path.of("..", "..", "shared", "data", "models");

    @TempDir
    private Path directory;

    @TestFactory
    Stream<DynamicTest> shouldRejoinBitForBit() {
        return TestGraphs.all().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    Path file = entry.getValue().get().write(Files.createTempFile(directory, "made", ".onnx"));
                    SplittableNetwork network =
                            NetworkReader.read(SourceModel.read(file), NetworkReader.Options.DEFAULT);
                    List<CutTensor> usable =
                            network.cuts().stream().filter(CutTensor::isUsable).toList();
                    assertThat(usable).hasSizeGreaterThanOrEqualTo(2);
                    shouldRejoin(network, usable, 3);
                }));
    }

    @TestFactory
    @Tag("slow")
    Stream<DynamicTest> shouldRejoinTheRealModels() throws IOException {
        assumeThat(MODELS).as("shared models are not here").isDirectory();
        try (Stream<Path> files = Files.walk(MODELS)) {
            return files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList().stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                        SplittableNetwork network = read(file);
                        List<CutTensor> usable = network.cuts().stream()
                                .filter(CutTensor::isUsable)
                                .toList();
                        List<CutTensor> some = new ArrayList<>(
                                List.of(usable.get(usable.size() / 3), usable.get(usable.size() * 2 / 3)));
                        some.add(
                                file.toString().contains("yolox")
                                        ? usable.get(usable.size() - 1)
                                        : SplitChoice.choose(network, null));
                        shouldRejoin(network, some, 2);
                    }));
        }
    }

    @TestFactory
    Stream<DynamicTest> shouldRejoinTheCompressorsThatAreShipped() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("..", "models"))) {
            List<Path> compressors = files.filter(
                            file -> file.getFileName().toString().equals("compressor.onnx"))
                    .sorted()
                    .toList();
            assertThat(compressors).isNotEmpty();
            return compressors.stream()
                    .map(file -> DynamicTest.dynamicTest(file.toString(), () -> {
                        SplittableNetwork network = NetworkReader.read(
                                SourceModel.read(file), new NetworkReader.Options("code", null).withAnyOutput(true));
                        List<CutTensor> usable = network.cuts().stream()
                                .filter(CutTensor::isUsable)
                                .toList();
                        shouldRejoin(network, List.of(usable.get(usable.size() / 2), usable.get(usable.size() - 1)), 1);
                    }));
        }
    }

    /** A detector has no vector as output, but it can still be split. */
    private static SplittableNetwork read(Path file) {
        return NetworkReader.read(
                SourceModel.read(file),
                NetworkReader.Options.DEFAULT.withAnyOutput(file.toString().contains("yolox")));
    }

    private void shouldRejoin(SplittableNetwork network, List<CutTensor> cuts, int images) throws IOException {
        int batch = network.fixedBatch() > 0 ? network.fixedBatch() : images;
        GraphProbe.Tensor input = image(network, batch);
        String in = network.input().name();
        String out = network.output().name();
        for (Optimisation optimisation : Optimisation.values()) {
            float[] whole = run(network.source().proto(), network, input, in, out, optimisation)
                    .values();
            for (CutTensor cut : cuts) {
                GraphSplit split = GraphSplit.split(network, cut);
                GraphProbe.Tensor feature = run(split.backbone(), network, input, in, cut.name(), optimisation);
                float[] rejoined = run(split.rest(), network, feature, cut.name(), out, optimisation)
                        .values();
                // On the CPU the runtime computes half precision in single precision, and omits the rounding between
                // two nodes.
                boolean half = cut.type().equals("FLOAT16");
                if (!half && (optimisation == Optimisation.NONE || cut.quantisation() != null)) {
                    assertThat(bits(rejoined))
                            .as("%s, %s", cut.name(), optimisation)
                            .isEqualTo(bits(whole));
                } else {
                    assertThat(apart(rejoined, whole)).as(cut.name()).isLessThanOrEqualTo(half ? 1e-3 : 1e-5);
                }
            }
        }
    }

    private static double apart(float[] values, float[] whole) {
        double largest = 0;
        double apart = 0;
        for (int i = 0; i < whole.length; i++) {
            largest = Math.max(largest, Math.abs(whole[i]));
            apart = Math.max(apart, Math.abs(whole[i] - values[i]));
        }
        return apart / largest;
    }

    private GraphProbe.Tensor run(
            ModelProto model,
            SplittableNetwork network,
            GraphProbe.Tensor input,
            String from,
            String to,
            Optimisation optimisation)
            throws IOException {
        Path file = Files.createTempFile(directory, "part", ".onnx");
        List<Path> written = ModelWriter.write(model, network.source().directory(), file);
        try (GraphProbe probe = GraphProbe.open(file, optimisation)) {
            assertThat(probe.inputs()).containsOnlyKeys(from);
            return probe.run(Map.of(from, input), Set.of(to), true).get(to);
        } finally {
            for (Path one : written) {
                Files.delete(one);
            }
        }
    }

    private static GraphProbe.Tensor image(SplittableNetwork network, int batch) {
        List<Integer> inner = network.input().sides();
        long[] sides = {batch, inner.get(0), inner.get(1), inner.get(2)};
        Random random = new Random(3);
        float[] values = new float[batch * inner.get(0) * inner.get(1) * inner.get(2)];
        for (int i = 0; i < values.length; i++) {
            values[i] = network.input().type().equals("UINT8") ? random.nextInt(256) : (float) random.nextGaussian();
        }
        return new GraphProbe.Tensor(network.input().type(), sides, values);
    }

    private static int[] bits(float[] values) {
        return IntStream.range(0, values.length)
                .map(i -> Float.floatToRawIntBits(values[i]))
                .toArray();
    }

    @Test
    void shouldListTheTensorsBetweenBlocksAndNoneWithinThem() throws IOException {
        // Given / When
        SplittableNetwork residual = network(TestGraphs.residual());
        SplittableNetwork inception = network(TestGraphs.inception());
        SplittableNetwork transformer = network(TestGraphs.visionTransformer());

        // Then
        assertThat(residual.cuts())
                .extracting(CutTensor::name)
                .containsExactly("c0", "r0", "s1", "r1", "s2", "r2", "s3", "r3", "pooled", "flat");
        assertThat(inception.cuts())
                .extracting(CutTensor::name)
                .containsExactly("c0", "r0", "m0.cat", "m1.cat", "pooled", "flat");
        assertThat(transformer.cuts())
                .extracting(CutTensor::name)
                .containsSubsequence(
                        "placed", "l0.attended", "l0.out", "l1.attended", "l1.out", "normed", "token", "flat")
                .doesNotContain("l0.q", "l0.scores", "l0.wide");
        assertThat(network(TestGraphs.shuffle()).cuts())
                .extracting(CutTensor::name)
                .contains("u0.k", "u0.t", "u1.o")
                .doesNotContain("u0.a", "u0.d");
    }

    @Test
    void shouldMeasureShapesAndShares() throws IOException {
        // Given 16 x 16 pixels, 3 to 8 channels, three blocks of two 8 to 8, a layer of 8 to 5
        long stem = 256L * 27 * 8;
        long block = 2 * 256L * 72 * 8;
        long total = stem + 3 * block + 40;

        // When
        SplittableNetwork network = network(TestGraphs.residual());
        CutTensor first = SplitChoice.choose(network, "r1");

        // Then
        assertThat(network.multiplyAdds()).isEqualTo(total);
        assertThat(first.sides()).containsExactly(8, 16, 16);
        assertThat(first.valueCount()).isEqualTo(2048);
        assertThat(first.share()).isEqualTo((double) (stem + block) / total);
    }

    @Test
    void shouldChooseTheTensorBeforeTheClassifier() throws IOException {
        assertThat(chosen(TestGraphs.residual())).isEqualTo("pooled");
        assertThat(chosen(TestGraphs.visionTransformer())).isEqualTo("token");
        assertThat(chosen(TestGraphs.channelsLast())).isEqualTo("mean");
        assertThat(chosen(TestGraphs.batchOfInput())).isEqualTo("pooled");

        // A map that is flattened for the classifier stays a map; for a classifier at every position, the map before it
        // is chosen.
        TestGraph flattened = new TestGraph().input("x", -1, 3, 8, 8).output("y", -1, 5);
        flattened.conv("x", 3, 4, 3, "map");
        flattened.node("Flatten", List.of("map"), "flat");
        flattened.node("Gemm", List.of("flat", flattened.weights(256, 5)), "y");
        assertThat(chosen(flattened)).isEqualTo("map");
        TestGraph convolved = new TestGraph().input("x", -1, 3, 8, 8).output("y", -1, 5, 1, 1);
        convolved.relu(convolved.conv("x", 3, 4, 3, "map"), "last");
        convolved.conv("last", 4, 5, 1, "answers");
        convolved.node("GlobalAveragePool", List.of("answers"), "y");
        assertThat(chosen(convolved)).isEqualTo("last");
    }

    @Test
    void shouldNameTheVectorThatAnEncoderPools() throws IOException {
        // Given an encoder that was exported with its pooled feature: its graph equals that of a classifier by
        // convolutions
        TestGraph encoder = new TestGraph().input("x", -1, 3, 8, 8).output("y", -1, 4);
        encoder.relu(encoder.conv("x", 3, 4, 3, "map"), "last");
        encoder.relu(encoder.conv("last", 4, 4, 1, "mixed"), "ends");
        encoder.node("GlobalAveragePool", List.of("ends"), "pooled");
        encoder.node("Flatten", List.of("pooled"), "y");
        SplittableNetwork network = network(encoder);

        CutTensor chosen = SplitChoice.choose(network, null);

        assertThat(chosen.name()).isEqualTo("last");
        assertThat(SplitChoice.findPooledAfter(network, chosen).map(CutTensor::name))
                .contains("pooled");
        assertThat(SplitChoice.findPooledAfter(network, SplitChoice.choose(network, "pooled")))
                .isEmpty();
        SplittableNetwork classifier = network(TestGraphs.residual());
        assertThat(SplitChoice.findPooledAfter(classifier, SplitChoice.choose(classifier, null)))
                .isEmpty();
    }

    @Test
    void shouldFindTheScaleOfQuantisedTensors() throws IOException {
        SplittableNetwork network = network(TestGraphs.quantised());

        assertThat(network.fixedBatch()).isEqualTo(16);
        assertThat(network.cuts())
                .filteredOn(cut -> Set.of("q0", "q1", "q2", "q3").contains(cut.name()))
                .hasSize(4)
                .allSatisfy(cut -> assertThat(cut.quantisation()).isEqualTo(new CutTensor.Quantisation(0.02f, 3)));
    }

    @Test
    void shouldCopyExternalDataThatAPartNeeds() throws IOException {
        // Given a model with the second half of its weights in another file
        ModelProto model = TestGraphs.residual().model();
        GraphProto.Builder graph = model.getGraph().toBuilder();
        ByteBuffer data = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
            int start = data.position();
            tensor.getFloatDataList().forEach(data::putFloat);
            tensor.clearFloatData()
                    .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                    .addExternalData(entry("location", "weights.bin"))
                    .addExternalData(entry("offset", Integer.toString(start)))
                    .addExternalData(entry("length", Integer.toString(data.position() - start)));
        }
        Files.write(directory.resolve("weights.bin"), java.util.Arrays.copyOf(data.array(), data.position()));
        Path file = directory.resolve("external.onnx");
        Files.write(file, model.toBuilder().setGraph(graph).build().toByteArray());

        // When
        SplittableNetwork network = NetworkReader.read(SourceModel.read(file), NetworkReader.Options.DEFAULT);

        // Then
        shouldRejoin(network, network.cuts(), 2);
        Files.delete(directory.resolve("weights.bin"));
        assertThatThrownBy(() -> NetworkReader.read(SourceModel.read(file), NetworkReader.Options.DEFAULT))
                .isInstanceOf(BundlerException.class)
                .hasMessageContaining("weights.bin");
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    @Test
    void shouldRefuseWithReasonAndRemedy() throws IOException {
        TestGraph two = new TestGraph()
                .input("x", -1, 3, 8, 8)
                .input("text", -1, 3, 8, 8)
                .output("y", -1, 5);
        two.node("Add", List.of("x", "text"), "sum");
        two.classifier("sum", 3, 5, "y");
        refused(two, "inputs [x, text]", "image encoder");

        TestGraph flow = new TestGraph().input("x", -1, 3, 8, 8).output("y", -1, 5);
        flow.conv("x", 3, 8, 3, "c0");
        flow.node("ReduceMax", List.of("c0"), "largest", TinyGraph.number("keepdims", 0));
        flow.node("Greater", List.of("largest", flow.scalar(1)), "condition");
        flow.node(
                "If",
                List.of("condition"),
                "chosen",
                TestGraph.graph("then_branch", branch("Relu")),
                TestGraph.graph("else_branch", branch("Neg")));
        flow.classifier("chosen", 8, 5, "y");
        refused(flow, "control flow (If)", "tracing");

        TestGraph detector = new TestGraph().input("x", -1, 3, 8, 8).output("boxes", -1, 8, 8, 8);
        detector.conv("x", 3, 8, 3, "c0");
        detector.relu("c0", "boxes");
        refused(detector, "no output is one vector per image: 'boxes' is [1, 8, 8, 8]", "detector");

        TestGraph whole = new TestGraph().input("x", -1, 3, 8, 8).output("y", -1, 3);
        whole.node("ReduceMean", List.of("x"), "y", TinyGraph.ints("axes", 2, 3), TinyGraph.number("keepdims", 0));
        refused(whole, "no tensor alone separates its input 'x' from its output 'y'", "--output");

        TestGraph open = new TestGraph().input("x", -1, 3, -1, -1).output("y", -1, 5);
        open.classifier(open.conv("x", 3, 8, 3, "c0"), 8, 5, "y");
        refused(open, "images of any size", "--input-size");

        TestGraph gray = new TestGraph().input("x", -1, 1, 8, 8).output("y", -1, 5);
        gray.classifier(gray.conv("x", 1, 8, 3, "c0"), 8, 5, "y");
        refused(gray, "1 channels", "three input channels");

        Files.writeString(directory.resolve("text.onnx"), "no model");
        assertThatThrownBy(() -> SourceModel.read(directory.resolve("text.onnx")))
                .isInstanceOf(BundlerException.class)
                .hasMessageContaining("not an ONNX model");
    }

    @Test
    void shouldTakeOneOfSeveralOutputs() throws IOException {
        // Given
        TestGraph graph =
                new TestGraph().input("x", -1, 3, -1, -1).output("y", -1, 5).output("embedding", -1, 8);
        graph.classifier(graph.conv("x", 3, 8, 3, "c0"), 8, 5, "y");
        graph.node("Flatten", List.of("pooled"), "embedding");
        Path file = graph.write(directory.resolve("two.onnx"));

        // When / Then
        assertThatThrownBy(() -> NetworkReader.read(SourceModel.read(file), new NetworkReader.Options(null, 12)))
                .hasMessageContaining("[y, embedding]")
                .hasMessageContaining("--output");
        SplittableNetwork network =
                NetworkReader.read(SourceModel.read(file), new NetworkReader.Options("embedding", 12));
        assertThat(network.cuts()).extracting(CutTensor::name).containsExactly("c0", "pooled");
        assertThat(network.cuts().get(0).sides()).containsExactly(8, 12, 12);
        shouldRejoin(network, List.of(network.cuts().get(0)), 2);
    }

    private static GraphProto branch(String operator) {
        return GraphProto.newBuilder()
                .setName(operator)
                .addNode(TinyGraph.made(operator, List.of("c0"), List.of(operator + "ed")))
                .addOutput(TestGraph.value(operator + "ed", TensorProto.DataType.FLOAT, -1, 8, 8, 8))
                .build();
    }

    private void refused(TestGraph graph, String why, String remedy) throws IOException {
        assertThatThrownBy(() -> network(graph))
                .isInstanceOf(BundlerException.class)
                .hasMessageContaining(why)
                .hasMessageContaining(remedy)
                .hasMessageNotContaining("\n");
    }

    private String chosen(TestGraph graph) throws IOException {
        return SplitChoice.choose(network(graph), null).name();
    }

    private SplittableNetwork network(TestGraph graph) throws IOException {
        Path file = graph.write(Files.createTempFile(directory, "made", ".onnx"));
        return NetworkReader.read(SourceModel.read(file), NetworkReader.Options.DEFAULT);
    }
}
