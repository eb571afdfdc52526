package io.featherwire.bundler.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Adds layers to a float32 or float16 graph, and numbers them in order. */
final class LayerNodes {

    private final GraphBuilder graph;
    private final WeightStorage storage;
    private final boolean half;
    private int convs;
    private int pools;
    private int denses;

    LayerNodes(GraphBuilder graph, WeightStorage storage, boolean half) {
        this.graph = graph;
        this.storage = storage;
        this.half = half;
    }

    /** Returns the name of the next convolution. */
    String nextConvName() {
        return "conv" + ++convs;
    }

    /** Adds any layer other than an output. */
    String add(Layer layer, String value) {
        if (layer instanceof Layer.Conv conv) {
            return conv(conv, value);
        } else if (layer instanceof Layer.ConvTranspose conv) {
            return convTranspose(conv, value);
        } else if (layer instanceof Layer.Dense dense) {
            return dense(dense, value);
        } else if (layer instanceof Layer.MaxPool) {
            return graph.node(
                    "MaxPool", "pool" + ++pools, List.of(value), square("kernel_shape", 2, 2), square("strides", 2, 2));
        } else if (layer instanceof Layer.Flatten) {
            return graph.node("Flatten", "flatten", List.of(value), GraphElements.attribute("axis", 1));
        }
        throw new IllegalArgumentException(layer + " makes no node");
    }

    private String conv(Layer.Conv layer, String value) {
        ConvWeights w = layer.weights();
        String name = nextConvName();
        String weight = weights(
                storage(layer.fine()), name + ".weight", w.weight(), 0, w.out(), w.in(), w.kernel(), w.kernel());
        String conv = conv(name, value, weight, bias(name, w.bias()), layer);
        return layer.relu() ? relu(name, conv) : conv;
    }

    String conv(String name, String value, String weight, String bias, Layer.Conv layer) {
        return graph.node(
                "Conv",
                name,
                List.of(value, weight, bias),
                square("kernel_shape", layer.weights().kernel(), 2),
                square("pads", layer.padding(), 4),
                square("strides", 1, 2));
    }

    private String convTranspose(Layer.ConvTranspose layer, String value) {
        ConvWeights w = layer.weights();
        String name = nextConvName();
        String weight = weights(
                storage(layer.fine()), name + ".weight", w.transposed(), 1, w.in(), w.out(), w.kernel(), w.kernel());
        String conv = graph.node(
                "ConvTranspose",
                name,
                List.of(value, weight, bias(name, w.bias())),
                square("kernel_shape", w.kernel(), 2));
        return layer.relu() ? relu(name, conv) : conv;
    }

    private String dense(Layer.Dense layer, String value) {
        DenseWeights w = layer.weights();
        String name = "dense" + ++denses;
        String weight = weights(storage, name + ".weight", w.weight(), 0, w.out(), w.in());
        String dense = graph.node(
                "Gemm", name, List.of(value, weight, bias(name, w.bias())), GraphElements.attribute("transB", 1));
        return layer.relu() ? relu(name, dense) : dense;
    }

    String relu(String name, String value) {
        return graph.node("Relu", name + ".relu", List.of(value));
    }

    /** Adds a cast between the float types. */
    String cast(String name, String value, TensorProto.DataType type) {
        return graph.node("Cast", name, List.of(value), GraphElements.attribute("to", type.getNumber()));
    }

    private String bias(String name, float[] values) {
        return half
                ? graph.float16(name + ".bias", values, values.length)
                : graph.float32(name + ".bias", values, values.length);
    }

    private WeightStorage storage(boolean fine) {
        return fine && storage == WeightStorage.INT8 ? WeightStorage.FLOAT16 : storage;
    }

    /** Adds weights as a constant of the graph's float type; the runtime unpacks them once, by constant folding. */
    private String weights(WeightStorage as, String name, float[] values, int outAxis, long... sides) {
        return switch (as) {
            case FLOAT32 ->
                half
                        ? cast(name, graph.float32(name + ".f32", values, sides), TensorProto.DataType.FLOAT16)
                        : graph.float32(name, values, sides);
            case FLOAT16 ->
                half
                        ? graph.float16(name, values, sides)
                        : cast(name, graph.float16(name + ".f16", values, sides), TensorProto.DataType.FLOAT);
            case INT8 -> unpacked(name, Int8Weights.of(values, outAxis, sides), outAxis, sides);
        };
    }

    /** Uses Cast and Mul instead of DequantizeLinear, which the runtime does not fold and recomputes in every run. */
    private String unpacked(String name, Int8Weights packed, int outAxis, long... sides) {
        long[] scaleSides = new long[sides.length];
        Arrays.fill(scaleSides, 1);
        scaleSides[outAxis] = sides[outAxis];
        String whole =
                cast(name + ".f32", graph.int8(name + ".i8", packed.values(), sides), TensorProto.DataType.FLOAT);
        String scale = graph.float32(name + ".scale", packed.scale(), scaleSides);
        if (!half) {
            return graph.node("Mul", name, List.of(whole, scale));
        }
        return cast(name, graph.node("Mul", name + ".mul", List.of(whole, scale)), TensorProto.DataType.FLOAT16);
    }

    private static AttributeProto square(String name, long value, int times) {
        return GraphElements.attribute(name, Collections.nCopies(times, value));
    }
}
