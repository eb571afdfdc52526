package io.featherwire.bundler.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Makes attributes of ONNX nodes, and inputs and outputs of ONNX graphs. */
public final class OnnxProtos {

    private OnnxProtos() {}

    public static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    public static AttributeProto attribute(String name, List<Long> values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(values)
                .build();
    }

    /** Returns a dimension of unknown size. */
    public static Dimension openDimension(String name) {
        return Dimension.newBuilder().setDimParam(name).build();
    }

    /** Returns a dimension of known size. */
    public static Dimension fixedDimension(long length) {
        return Dimension.newBuilder().setDimValue(length).build();
    }

    /** Returns a float32 input or output [batch, sides...]. */
    public static ValueInfoProto floatTensor(String name, Dimension batch, long... sides) {
        List<Dimension> all = new ArrayList<>();
        all.add(batch);
        LongStream.of(sides).mapToObj(OnnxProtos::fixedDimension).forEach(all::add);
        return floatTensor(name, all);
    }

    /** Returns a float32 input or output. */
    public static ValueInfoProto floatTensor(String name, List<Dimension> sides) {
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                .setShape(TensorShapeProto.newBuilder().addAllDim(sides))))
                .build();
    }
}
