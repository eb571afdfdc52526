package io.featherwire.bundler.vgg16;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.platform.Fp16Conversions;
import com.google.protobuf.ByteString;
import io.featherwire.bundler.export.BatchNorm;
import io.featherwire.bundler.export.ConvWeights;
import io.featherwire.bundler.export.DenseWeights;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/** Writes networks as other exporters do. */
final class OtherExportersGraph {

    /** The form in which an exporter stores initialisers. */
    enum Style {
        RAW_DATA,
        FLOAT_DATA,
        FLOAT16,
        FLOAT16_INT32_DATA,
        DOUBLE,
        EXTERNAL
    }

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("foreign");
    private final ByteArrayOutputStream external = new ByteArrayOutputStream();
    private final Style style;
    private String value = "data";
    private int nodes;

    OtherExportersGraph(Style style, int size) {
        this.style = style;
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long side : new long[] {1, 3, size, size}) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(side));
        }
        graph.addInput(ValueInfoProto.newBuilder()
                .setName(value)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape))));
    }

    OtherExportersGraph conv(ConvWeights w, boolean bias) {
        String weight = tensor(w.weight(), w.out(), w.in(), w.kernel(), w.kernel());
        List<String> inputs = bias ? List.of(value, weight, tensor(w.bias(), w.out())) : List.of(value, weight);
        return node("Conv", inputs, ints("kernel_shape", 3, 2), ints("pads", 1, 4), ints("strides", 1, 2));
    }

    OtherExportersGraph batchNorm(BatchNorm n) {
        int c = n.gamma().length;
        return node(
                "BatchNormalization",
                List.of(value, tensor(n.gamma(), c), tensor(n.beta(), c), tensor(n.mean(), c), tensor(n.variance(), c)),
                AttributeProto.newBuilder()
                        .setName("epsilon")
                        .setType(AttributeProto.AttributeType.FLOAT)
                        .setF(n.epsilon())
                        .build());
    }

    OtherExportersGraph pool() {
        return node("MaxPool", List.of(value), ints("kernel_shape", 2, 2), ints("strides", 2, 2));
    }

    OtherExportersGraph gemm(DenseWeights w) {
        return node(
                "Gemm",
                List.of(value, tensor(w.weight(), w.out(), w.in()), tensor(w.bias(), w.out())),
                AttributeProto.newBuilder()
                        .setName("transB")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(1)
                        .build());
    }

    /** MatMul with transposed weights, then Add. */
    OtherExportersGraph matMulAdd(DenseWeights w) {
        float[] transposed = new float[w.weight().length];
        for (int o = 0; o < w.out(); o++) {
            for (int i = 0; i < w.in(); i++) {
                transposed[i * w.out() + o] = w.weight()[o * w.in() + i];
            }
        }
        node("MatMul", List.of(value, tensor(transposed, w.in(), w.out())));
        return node("Add", List.of(tensor(w.bias(), w.out()), value));
    }

    /** A flattening whose sizes are computed in the graph. */
    OtherExportersGraph reshape() {
        String flattened = value;
        plain("Shape");
        String shape = value;
        return node("Reshape", List.of(flattened, shape));
    }

    OtherExportersGraph plain(String operator) {
        return node(operator, List.of(value));
    }

    private OtherExportersGraph node(String operator, List<String> inputs, AttributeProto... attributes) {
        value = "v" + ++nodes;
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(inputs)
                .addOutput(value)
                .addAllAttribute(List.of(attributes)));
        return this;
    }

    private String tensor(float[] values, long... sides) {
        String name = "p" + graph.getInitializerCount();
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(1);
        for (long side : sides) {
            tensor.addDims(side);
        }
        switch (style) {
            case RAW_DATA -> tensor.setRawData(bytes(values, 4));
            case FLOAT_DATA -> {
                for (float v : values) {
                    tensor.addFloatData(v);
                }
            }
            case FLOAT16 -> tensor.setDataType(10).setRawData(bytes(values, 2));
            case FLOAT16_INT32_DATA -> {
                tensor.setDataType(10);
                for (float v : values) {
                    tensor.addInt32Data(Fp16Conversions.floatToFp16(v) & 0xffff);
                }
            }
            case DOUBLE -> tensor.setDataType(11).setRawData(bytes(values, 8));
            case EXTERNAL -> {
                ByteString bytes = bytes(values, 4);
                tensor.setDataLocation(TensorProto.DataLocation.EXTERNAL)
                        .addExternalData(entry("location", "model.onnx.data"))
                        .addExternalData(entry("offset", Integer.toString(external.size())))
                        .addExternalData(entry("length", Integer.toString(bytes.size())));
                external.writeBytes(bytes.toByteArray());
            }
        }
        graph.addInitializer(tensor);
        // Exporters before IR version 4 list initialisers among the inputs.
        graph.addInput(ValueInfoProto.newBuilder().setName(name));
        return name;
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private static ByteString bytes(float[] values, int width) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * width).order(ByteOrder.LITTLE_ENDIAN);
        for (float v : values) {
            switch (width) {
                case 2 -> buffer.putShort(Fp16Conversions.floatToFp16(v));
                case 4 -> buffer.putFloat(v);
                default -> buffer.putDouble(v);
            }
        }
        return ByteString.copyFrom(buffer.flip());
    }

    private static AttributeProto ints(String name, long each, int times) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(Collections.nCopies(times, each))
                .build();
    }

    Path write(Path directory) throws IOException {
        graph.addOutput(ValueInfoProto.newBuilder().setName(value));
        Path file = directory.resolve("model.onnx");
        Files.write(
                file,
                ModelProto.newBuilder()
                        .setIrVersion(3)
                        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(9))
                        .setGraph(graph)
                        .build()
                        .toByteArray());
        if (external.size() > 0) {
            Files.write(directory.resolve("model.onnx.data"), external.toByteArray());
        }
        return file;
    }
}
