package io.featherwire.bundler.split;

import static io.featherwire.codec.testing.TinyGraph.ints;
import static io.featherwire.codec.testing.TinyGraph.made;
import static io.featherwire.codec.testing.TinyGraph.number;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.featherwire.codec.testing.TinyGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Puts a graph together node by node, with random weights. */
public final class TestGraph {
    private final Random random = new Random(7);
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("made");
    private final List<FunctionProto> functions = new ArrayList<>();
    private final List<String> domains = new ArrayList<>();
    private int irVersion = 8;
    private int opset = 17;
    private int named;

    /** A float input; a side below 1 is open. */
    public TestGraph input(String name, int... sides) {
        return input(name, TensorProto.DataType.FLOAT, sides);
    }

    public TestGraph input(String name, TensorProto.DataType type, int... sides) {
        graph.addInput(value(name, type, sides));
        return this;
    }

    public TestGraph output(String name, int... sides) {
        graph.addOutput(value(name, TensorProto.DataType.FLOAT, sides));
        return this;
    }

    public TestGraph irVersion(int version) {
        irVersion = version;
        return this;
    }

    public TestGraph opset(int version) {
        opset = version;
        return this;
    }

    public TestGraph domain(String domain) {
        domains.add(domain);
        return this;
    }

    /** A local function of one input and one output, on the default operators. */
    public TestGraph function(String name, NodeProto... nodes) {
        FunctionProto.Builder function = FunctionProto.newBuilder()
                .setDomain("local")
                .setName(name)
                .addInput("x")
                .addOutput("y")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset));
        for (NodeProto node : nodes) {
            function.addNode(node);
        }
        functions.add(function.build());
        return domains.contains("local") ? this : domain("local");
    }

    /** Random weights; their name. */
    public String weights(int... sides) {
        String name = "w" + named++;
        return weights(name, scaled(sides), sides);
    }

    private float[] scaled(int... sides) {
        int count = 1;
        int in = 1;
        for (int i = 0; i < sides.length; i++) {
            count *= sides[i];
            in *= i == 0 ? 1 : sides[i];
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() / Math.sqrt(Math.max(1, in)));
        }
        return values;
    }

    public String weights(String name, float[] values, int... sides) {
        graph.addInitializer(TinyGraph.floats(name, values, sides));
        return name;
    }

    public String scalar(float value) {
        return weights("w" + named++, new float[] {value});
    }

    public String longs(long... values) {
        String name = "w" + named++;
        graph.addInitializer(TinyGraph.integers(name, values));
        return name;
    }

    public String longScalar(long value) {
        String name = "w" + named++;
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addInt64Data(value));
        return name;
    }

    /** Integers of one byte; sides left out for a scalar. */
    public String octets(TensorProto.DataType type, byte[] values, int... sides) {
        String name = "w" + named++;
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .setRawData(ByteString.copyFrom(values));
        for (int side : sides) {
            tensor.addDims(side);
        }
        graph.addInitializer(tensor);
        return name;
    }

    public byte[] randomOctets(int count) {
        byte[] values = new byte[count];
        random.nextBytes(values);
        return values;
    }

    /** A node; its first output. */
    public String node(String operator, List<String> inputs, String output, AttributeProto... attributes) {
        graph.addNode(made(operator, inputs, List.of(output), attributes));
        return output;
    }

    public void node(String operator, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
        graph.addNode(made(operator, inputs, outputs, attributes));
    }

    public void localNode(String function, String input, String output) {
        graph.addNode(
                made(function, List.of(input), List.of(output)).toBuilder().setDomain("local"));
    }

    /** A convolution with padding that keeps the size, and its bias. */
    public String conv(String in, int from, int to, int kernel, String out) {
        return node(
                "Conv",
                List.of(in, weights(to, from, kernel, kernel), weights(to)),
                out,
                ints("kernel_shape", kernel, kernel),
                ints("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2));
    }

    public String relu(String in, String out) {
        return node("Relu", List.of(in), out);
    }

    /** Global pooling, flattening and a fully connected layer. */
    public String classifier(String in, int channels, int classes, String out) {
        node("GlobalAveragePool", List.of(in), "pooled");
        node("Flatten", List.of("pooled"), "flat");
        return node("Gemm", List.of("flat", weights(classes, channels), weights(classes)), out, number("transB", 1));
    }

    public static AttributeProto graph(String name, GraphProto value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(value)
                .build();
    }

    public ModelProto model() {
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(irVersion)
                .setProducerName("test")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
                .addAllFunctions(functions)
                .setGraph(graph);
        domains.forEach(domain -> model.addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(1)));
        if (irVersion < 4) {
            for (TensorProto tensor : graph.getInitializerList()) {
                int[] sides =
                        tensor.getDimsList().stream().mapToInt(Math::toIntExact).toArray();
                model.getGraphBuilder()
                        .addInput(value(tensor.getName(), TensorProto.DataType.forNumber(tensor.getDataType()), sides));
            }
        }
        return model.build();
    }

    public Path write(Path file) throws IOException {
        Files.write(file, model().toByteArray());
        return file;
    }

    static ValueInfoProto value(String name, TensorProto.DataType type, int... sides) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int side : sides) {
            shape.addDim(
                    side < 1
                            ? TensorShapeProto.Dimension.newBuilder().setDimParam("d" + shape.getDimCount())
                            : TensorShapeProto.Dimension.newBuilder().setDimValue(side));
        }
        return TinyGraph.value(name, type, shape);
    }
}
