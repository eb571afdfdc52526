package io.featherwire.bundler.split;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds scale and zero point of integer tensors in the nodes that compute them. */
final class QuantisedTensors {

    /** The index of the output's scale in an operator's input list; the zero point follows it. */
    private static final Map<String, Integer> SCALE_AT = Map.ofEntries(
            Map.entry("QuantizeLinear", 1),
            Map.entry("QLinearConv", 6),
            Map.entry("QLinearMatMul", 6),
            Map.entry("QGemm", 7),
            Map.entry("QLinearAdd", 6),
            Map.entry("QLinearMul", 6),
            Map.entry("QLinearGlobalAveragePool", 3),
            Map.entry("QLinearAveragePool", 3),
            Map.entry("QLinearLeakyRelu", 3),
            Map.entry("QLinearSigmoid", 3),
            Map.entry("QLinearSoftmax", 3),
            Map.entry("QLinearReduceMean", 3),
            Map.entry("QLinearConcat", 0));

    /** The operators whose output has the scale of their first input. */
    private static final Set<String> KEEPING = Set.of(
            "MaxPool",
            "Reshape",
            "Flatten",
            "Transpose",
            "Squeeze",
            "Unsqueeze",
            "Identity",
            "Slice",
            "Gather",
            "Pad",
            "Relu",
            "Clip",
            "Dropout",
            "Expand");

    private static final int MAX_STEPS = 64;

    private QuantisedTensors() {}

    /** Returns the quantisation of a tensor, null if it is unknown or has a scale per channel. */
    static CutTensor.@Nullable Quantisation quantisationOf(GraphEdges graph, String tensor) {
        String name = tensor;
        for (int step = 0; step < MAX_STEPS; step++) {
            NodeProto node = graph.producer(name);
            if (node == null) {
                return null;
            }
            Integer at = SCALE_AT.get(node.getOpType());
            if (at != null) {
                Float scale = at < node.getInputCount() ? readScalar(graph, node.getInput(at)) : null;
                boolean given =
                        at + 1 < node.getInputCount() && !node.getInput(at + 1).isEmpty();
                Float zero = given ? readScalar(graph, node.getInput(at + 1)) : Float.valueOf(0);
                return scale == null || zero == null || !(scale > 0)
                        ? null
                        : new CutTensor.Quantisation(scale, zero.intValue());
            }
            if (!KEEPING.contains(node.getOpType())) {
                return null;
            }
            name = node.getInput(0);
        }
        return null;
    }

    private static @Nullable Float readScalar(GraphEdges graph, String name) {
        TensorProto tensor = graph.initialisers().get(name);
        NodeProto node = graph.producer(name);
        if (tensor == null && node != null && node.getOpType().equals("Constant")) {
            for (AttributeProto attribute : node.getAttributeList()) {
                if (attribute.getName().equals("value")) {
                    tensor = attribute.getT();
                } else if (attribute.getName().equals("value_float")) {
                    return attribute.getF();
                }
            }
        } else if (tensor == null && node != null && node.getOpType().equals("Identity")) {
            return readScalar(graph, node.getInput(0));
        }
        if (tensor == null || tensor.getDimsList().stream().anyMatch(side -> side != 1)) {
            return null;
        }
        return readScalar(tensor);
    }

    private static @Nullable Float readScalar(TensorProto tensor) {
        TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getDataType());
        ByteBuffer raw =
                tensor.hasRawData() ? tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN) : null;
        if (type == TensorProto.DataType.FLOAT) {
            return raw != null ? Float.valueOf(raw.getFloat(0)) : first(tensor.getFloatDataList());
        } else if (type == TensorProto.DataType.UINT8 && raw != null) {
            return (float) (raw.get(0) & 0xFF);
        } else if (type == TensorProto.DataType.INT8 && raw != null) {
            return (float) raw.get(0);
        } else if (type == TensorProto.DataType.UINT8 || type == TensorProto.DataType.INT8) {
            return tensor.getInt32DataCount() == 0 ? null : Float.valueOf(tensor.getInt32Data(0));
        }
        return null;
    }

    private static @Nullable Float first(List<Float> values) {
        return values.isEmpty() ? null : values.get(0);
    }
}
