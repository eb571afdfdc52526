package io.featherwire.bundler.assembly;

import static io.featherwire.bundler.export.OnnxProtos.attribute;
import static io.featherwire.bundler.export.OnnxProtos.fixedDimension;
import static io.featherwire.bundler.export.OnnxProtos.openDimension;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.platform.Fp16Conversions;
import com.google.protobuf.ByteString;
import io.featherwire.bundler.export.OnnxProtos;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A graph under construction: nodes are added before and after the unchanged nodes of a network, and inputs and outputs
 * are declared. Constants are nodes, because files of old versions list initialisers among their inputs.
 */
final class GraphAssembler {
    /** The version of the format of graphs without nodes of a network. */
    private static final int IR_VERSION = 8;

    private static final int OPSET = 13;

    private final ModelProto.Builder model;
    private final GraphProto.Builder graph;
    private final List<NodeProto> before = new ArrayList<>();
    private final List<NodeProto> after = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private List<NodeProto> current = before;

    private GraphAssembler(ModelProto.Builder model, GraphProto.Builder graph) {
        this.model = model;
        this.graph = graph;
    }

    /** Starts a graph without nodes of a network. */
    static GraphAssembler empty(String name) {
        return new GraphAssembler(
                ModelProto.newBuilder()
                        .setIrVersion(IR_VERSION)
                        .setProducerName("featherwire")
                        .addOpsetImport(
                                OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET)),
                GraphProto.newBuilder().setName(name));
    }

    /**
     * Starts a graph around a part of a network. Tensors of the network that have the name of an input or output of the
     * graph are renamed.
     */
    static GraphAssembler around(ModelProto part, Set<String> ports) {
        ModelProto renamed = TensorRenaming.rename(part, ports);
        GraphProto.Builder graph = renamed.getGraph().toBuilder();
        GraphAssembler made = new GraphAssembler(renamed.toBuilder(), graph);
        graph.getNodeList().forEach(node -> made.names.addAll(node.getOutputList()));
        graph.getInitializerList().forEach(tensor -> made.names.add(tensor.getName()));
        graph.getInputList().forEach(input -> made.names.add(input.getName()));
        Set<String> initialised = new HashSet<>();
        graph.getInitializerList().forEach(tensor -> initialised.add(tensor.getName()));
        graph.getSparseInitializerList()
                .forEach(tensor -> initialised.add(tensor.getValues().getName()));
        List<ValueInfoProto> kept = graph.getInputList().stream()
                .filter(input -> initialised.contains(input.getName()))
                .toList();
        graph.clearInput().addAllInput(kept).clearOutput();
        made.names.addAll(ports);
        return made;
    }

    /** Adds all later nodes after the network's own nodes. */
    void appendAfterNetwork() {
        current = after;
    }

    /** Returns an unused name derived from a name. */
    private String unusedName(String like) {
        String name = like;
        while (!names.add(name)) {
            name += "_";
        }
        return name;
    }

    /** Adds a node and returns the name of its output. */
    String addNode(String operator, String like, List<String> inputs, AttributeProto... attributes) {
        return addNodeWithOutput(operator, unusedName(like), inputs, attributes);
    }

    /** Adds a node whose output has a given name. */
    String addNodeWithOutput(String operator, String output, List<String> inputs, AttributeProto... attributes) {
        addNode(operator, List.of(output), inputs, attributes);
        return output;
    }

    /** Adds a node with several outputs and returns their names. */
    List<String> addNodes(String operator, List<String> likes, List<String> inputs, AttributeProto... attributes) {
        List<String> outputs = likes.stream().map(this::unusedName).toList();
        addNode(operator, outputs, inputs, attributes);
        return outputs;
    }

    private void addNode(String operator, List<String> outputs, List<String> inputs, AttributeProto... attributes) {
        // Nodes need no name, and a name could collide with one of the network's own nodes.
        current.add(NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(inputs)
                .addAllOutput(outputs)
                .addAllAttribute(List.of(attributes))
                .build());
    }

    /** Casts a tensor to float. */
    String addCastToFloat(String like, String value) {
        return addNode("Cast", like, List.of(value), attribute("to", TensorProto.DataType.FLOAT_VALUE));
    }

    String addInt8s(String like, byte[] values, long... sides) {
        return addConstant(like, TensorProto.DataType.INT8, ByteString.copyFrom(values), sides);
    }

    String addFloats(String like, float[] values, long... sides) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return addConstant(like, TensorProto.DataType.FLOAT, ByteString.copyFrom(bytes), sides);
    }

    /**
     * Adds a constant of floats that take two bytes each in the file; the runtime converts them when it loads the
     * graph.
     */
    String addFloat16s(String like, float[] values, long... sides) {
        ByteBuffer bytes = ByteBuffer.allocate(Short.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putShort(Fp16Conversions.floatToFp16(value));
        }
        bytes.flip();
        return addCastToFloat(
                like, addConstant(like + ".half", TensorProto.DataType.FLOAT16, ByteString.copyFrom(bytes), sides));
    }

    String addInt64s(String like, long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return addConstant(like, TensorProto.DataType.INT64, ByteString.copyFrom(bytes), values.length);
    }

    /** Adds a constant integer of one byte, without dimensions. */
    String addScalarByte(String like, TensorProto.DataType type, int value) {
        return addConstant(like, type, ByteString.copyFrom(new byte[] {(byte) value}));
    }

    private String addConstant(String like, TensorProto.DataType type, ByteString raw, long... sides) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setDataType(type.getNumber()).setRawData(raw);
        for (long side : sides) {
            tensor.addDims(side);
        }
        return addNode(
                "Constant",
                like,
                List.of(),
                AttributeProto.newBuilder()
                        .setName("value")
                        .setType(AttributeProto.AttributeType.TENSOR)
                        .setT(tensor)
                        .build());
    }

    /** Reshapes [N, ...] to [N, sides...]. */
    String addReshape(String like, String value, long... sides) {
        return addNode("Reshape", like, List.of(value, addInt64s(like + ".sides", withBatch(sides))));
    }

    /** Reshapes [N, ...] to [N, sides...], with a given output name. */
    String addReshapeTo(String output, String value, long... sides) {
        return addNodeWithOutput("Reshape", output, List.of(value, addInt64s(output + ".sides", withBatch(sides))));
    }

    /** Returns the sides after a 0, which keeps the batch size. */
    private static long[] withBatch(long... sides) {
        long[] all = new long[sides.length + 1];
        System.arraycopy(sides, 0, all, 1, sides.length);
        return all;
    }

    GraphAssembler addInput(String name, int batch, int... sides) {
        graph.addInput(0, port(name, batch, sides));
        return this;
    }

    GraphAssembler addOutput(String name, int batch, int... sides) {
        graph.addOutput(port(name, batch, sides));
        return this;
    }

    private static ValueInfoProto port(String name, int batch, int... sides) {
        return OnnxProtos.floatTensor(
                name,
                batch > 0 ? fixedDimension(batch) : openDimension("N"),
                Arrays.stream(sides).asLongStream().toArray());
    }

    ModelProto build() {
        List<NodeProto> nodes = Stream.of(before, graph.getNodeList(), after)
                .flatMap(List::stream)
                .toList();
        graph.clearNode().addAllNode(nodes);
        return model.setGraph(graph).build();
    }
}
