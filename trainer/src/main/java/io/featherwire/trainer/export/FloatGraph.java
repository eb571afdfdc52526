package io.featherwire.trainer.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.featherwire.codec.payload.TensorShape;
import java.util.Collections;
import java.util.List;

/** Writes a network as a graph that computes in float32. */
public final class FloatGraph {

    private final GraphBuilder graph;
    private final WeightStorage storage;
    private int convs;
    private int pools;
    private int denses;

    private FloatGraph(String name, WeightStorage storage) {
        this.graph = new GraphBuilder(name);
        this.storage = storage;
    }

    /** Conv, Relu, MaxPool, ConvTranspose, Flatten and Gemm; with compact storage also what unpacks the weights. */
    public static OnnxGraph of(Network network, WeightStorage storage) {
        return new FloatGraph(network.name(), storage).write(network);
    }

    private OnnxGraph write(Network network) {
        String value = graph.input(network.input(), sides(network.inputShape(), false));
        List<TensorShape> shapes = network.shapes();
        boolean flat = false;
        for (int i = 0; i < network.layers().size(); i++) {
            Layer layer = network.layers().get(i);
            flat |= layer instanceof Layer.Flatten;
            if (layer instanceof Layer.Output output) {
                value = graph.output(output.name(), sides(shapes.get(i), flat));
            } else {
                value = write(layer, value);
            }
        }
        return graph.build();
    }

    private String write(Layer layer, String value) {
        if (layer instanceof Layer.Conv conv) {
            return conv(conv, value);
        } else if (layer instanceof Layer.ConvTranspose conv) {
            return convTranspose(conv, value);
        } else if (layer instanceof Layer.Dense dense) {
            return dense(dense, value);
        } else if (layer instanceof Layer.MaxPool) {
            return maxPool(graph, "pool" + ++pools, value);
        }
        return graph.node("Flatten", "flatten", List.of(value), GraphBuilder.attribute("axis", 1));
    }

    private String conv(Layer.Conv layer, String value) {
        ConvWeights w = layer.weights();
        String name = "conv" + ++convs;
        String weight = weights(name + ".weight", w.weight(), w.out(), w.in(), w.kernel(), w.kernel());
        String bias = graph.float32(name + ".bias", w.bias(), w.out());
        return relu(layer.relu(), name, convNode(graph, name, value, weight, bias, layer));
    }

    private String convTranspose(Layer.ConvTranspose layer, String value) {
        ConvWeights w = layer.weights();
        String name = "conv" + ++convs;
        String weight = weights(name + ".weight", w.transposed(), w.in(), w.out(), w.kernel(), w.kernel());
        String bias = graph.float32(name + ".bias", w.bias(), w.out());
        return relu(
                layer.relu(),
                name,
                graph.node("ConvTranspose", name, List.of(value, weight, bias), square("kernel_shape", w.kernel(), 2)));
    }

    private String dense(Layer.Dense layer, String value) {
        DenseWeights w = layer.weights();
        String name = "dense" + ++denses;
        String weight = weights(name + ".weight", w.weight(), w.out(), w.in());
        String bias = graph.float32(name + ".bias", w.bias(), w.out());
        return relu(
                layer.relu(),
                name,
                graph.node("Gemm", name, List.of(value, weight, bias), GraphBuilder.attribute("transB", 1)));
    }

    private String relu(boolean wanted, String name, String value) {
        return wanted ? graph.node("Relu", name + ".relu", List.of(value)) : value;
    }

    private String weights(String name, float[] values, long... sides) {
        return switch (storage) {
            case FLOAT32 -> graph.float32(name, values, sides);
            case FLOAT16 ->
                graph.node(
                        "Cast",
                        name,
                        List.of(graph.float16(name + ".f16", values, sides)),
                        GraphBuilder.attribute("to", TensorProto.DataType.FLOAT.getNumber()));
            case INT8 -> int8Weights(name, values, sides);
        };
    }

    private String int8Weights(String name, float[] values, long... sides) {
        Int8Weights packed = Int8Weights.of(values, (int) sides[0]);
        return graph.node(
                "DequantizeLinear",
                name,
                List.of(
                        graph.int8(name + ".i8", packed.values(), sides),
                        graph.float32(name + ".scale", packed.scale(), sides[0])),
                GraphBuilder.attribute("axis", 0));
    }

    static String convNode(
            GraphBuilder graph, String name, String value, String weight, String bias, Layer.Conv layer) {
        return graph.node(
                "Conv",
                name,
                List.of(value, weight, bias),
                square("kernel_shape", layer.weights().kernel(), 2),
                square("pads", layer.padding(), 4),
                square("strides", 1, 2));
    }

    static String maxPool(GraphBuilder graph, String name, String value) {
        return graph.node("MaxPool", name, List.of(value), square("kernel_shape", 2, 2), square("strides", 2, 2));
    }

    static long[] sides(TensorShape shape, boolean flat) {
        return flat ? new long[] {shape.values()} : new long[] {shape.channels(), shape.height(), shape.width()};
    }

    private static AttributeProto square(String name, long value, int times) {
        return GraphBuilder.attribute(name, Collections.nCopies(times, value));
    }
}
