package io.featherwire.bundler.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.platform.Fp16Conversions;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds an ONNX model from nodes and initialisers, which refer to values by name. */
final class GraphBuilder {

    /** The opset of the graphs, which ONNX Runtime supports since 1.12. */
    static final int OPSET = 17;

    /** The file format version of {@link #OPSET}. */
    static final int IR_VERSION = 8;

    /** The symbolic name of the first dimension of every input and output. */
    static final String BATCH = "N";

    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final @Nullable WeightsFile weights;

    /** @param weights the file for packed weights, null to keep them in the graph */
    GraphBuilder(String name, @Nullable WeightsFile weights) {
        graph.setName(name);
        this.weights = weights;
    }

    /** Adds a float32 input [N, sides...]. */
    String addInput(String name, long... sides) {
        graph.addInput(OnnxProtos.floatTensor(name, OnnxProtos.openDimension(BATCH), sides));
        return name;
    }

    /** Renames the output of the last node, and declares it as a float32 output [N, sides...]. */
    String addOutput(String name, long... sides) {
        graph.getNodeBuilder(graph.getNodeCount() - 1).setOutput(0, name);
        graph.addOutput(OnnxProtos.floatTensor(name, OnnxProtos.openDimension(BATCH), sides));
        return name;
    }

    /** Adds a node with one output, which has the node's name. */
    String addNode(String operator, String name, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(name)
                .addAllInput(inputs)
                .addOutput(name)
                .addAllAttribute(List.of(attributes)));
        return name;
    }

    String addFloat32(String name, float[] values, long... sides) {
        ByteBuffer buffer = newBuffer(values.length, Float.BYTES);
        buffer.asFloatBuffer().put(values);
        return addInitialiser(name, TensorProto.DataType.FLOAT, ByteString.copyFrom(buffer), sides);
    }

    String addFloat16(String name, float[] values, long... sides) {
        ByteBuffer buffer = newBuffer(values.length, Short.BYTES);
        for (float value : values) {
            buffer.putShort(Fp16Conversions.floatToFp16(value));
        }
        ByteString raw = ByteString.copyFrom(buffer.flip());
        return sides.length > 1
                ? addWeights(name, TensorProto.DataType.FLOAT16, raw, sides)
                : addInitialiser(name, TensorProto.DataType.FLOAT16, raw, sides);
    }

    String addInt8(String name, byte[] values, long... sides) {
        return addWeights(name, TensorProto.DataType.INT8, ByteString.copyFrom(values), sides);
    }

    /** Adds weights, stored in the weights file if there is one. */
    private String addWeights(String name, TensorProto.DataType type, ByteString raw, long... sides) {
        if (weights == null) {
            return addInitialiser(name, type, raw, sides);
        }
        graph.addInitializer(tensor(name, type, sides)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", weights.name()))
                .addExternalData(entry("offset", Long.toString(weights.addIfNew(raw))))
                .addExternalData(entry("length", Integer.toString(raw.size()))));
        return name;
    }

    /** Adds the zero points of weights. */
    String addInt8Zeros(String name, int channels) {
        return addInitialiser(name, TensorProto.DataType.INT8, ByteString.copyFrom(new byte[channels]), channels);
    }

    /** Adds the zero point of activations. */
    String addUint8(String name, int value) {
        return addInitialiser(name, TensorProto.DataType.UINT8, ByteString.copyFrom(new byte[] {(byte) value}));
    }

    String addInt32(String name, int[] values, long... sides) {
        ByteBuffer buffer = newBuffer(values.length, Integer.BYTES);
        buffer.asIntBuffer().put(values);
        return addInitialiser(name, TensorProto.DataType.INT32, ByteString.copyFrom(buffer), sides);
    }

    private String addInitialiser(String name, TensorProto.DataType type, ByteString raw, long... sides) {
        graph.addInitializer(tensor(name, type, sides).setRawData(raw));
        return name;
    }

    private static TensorProto.Builder tensor(String name, TensorProto.DataType type, long... sides) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
        for (long side : sides) {
            tensor.addDims(side);
        }
        return tensor;
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    OnnxGraph build() {
        return new OnnxGraph(ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("featherwire")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setGraph(graph)
                .build());
    }

    /** Returns a little-endian buffer, as ONNX raw data require. */
    private static ByteBuffer newBuffer(int values, int bytes) {
        return ByteBuffer.allocate(Math.multiplyExact(values, bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
