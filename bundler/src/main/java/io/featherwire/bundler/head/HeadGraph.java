package io.featherwire.bundler.head;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.featherwire.bundler.export.OnnxProtos;
import io.featherwire.codec.payload.TensorShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Writes a linear head as an ONNX graph from {@code feature} [N, F, H, W] to {@code logits} [N, classes]. */
final class HeadGraph {

    private HeadGraph() {}

    static byte[] toOnnx(LinearHead head, TensorShape feature) {
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("head")
                .addInput(OnnxProtos.floatTensor(
                        "feature",
                        OnnxProtos.openDimension("N"),
                        Arrays.stream(feature.sides()).asLongStream().toArray()))
                .addOutput(OnnxProtos.floatTensor("logits", OnnxProtos.openDimension("N"), head.classes()))
                .addInitializer(tensor("weights", head.weights(), head.length(), head.classes()))
                .addInitializer(tensor("bias", head.bias(), head.classes()))
                .addNode(NodeProto.newBuilder()
                        .setOpType("Flatten")
                        .setName("flat")
                        .addInput("feature")
                        .addOutput("flat")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("axis")
                                .setType(AttributeProto.AttributeType.INT)
                                .setI(1)))
                .addNode(NodeProto.newBuilder()
                        .setOpType("Gemm")
                        .setName("logits")
                        .addAllInput(List.of("flat", "weights", "bias"))
                        .addOutput("logits"));
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .setProducerName("featherwire")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    private static TensorProto tensor(String name, float[] values, long... sides) {
        ByteBuffer raw = ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, values.length))
                .order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .setRawData(ByteString.copyFrom(raw));
        for (long side : sides) {
            tensor.addDims(side);
        }
        return tensor.build();
    }
}
