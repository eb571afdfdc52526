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
            return addConv(conv, value);
        } else if (layer instanceof Layer.ConvTranspose conv) {
            return addConvTranspose(conv, value);
        } else if (layer instanceof Layer.Dense dense) {
            return addDense(dense, value);
        } else if (layer instanceof Layer.MaxPool) {
            return graph.addNode(
                    "MaxPool",
                    "pool" + ++pools,
                    List.of(value),
                    repeatedAttribute("kernel_shape", 2, 2),
                    repeatedAttribute("strides", 2, 2));
        } else if (layer instanceof Layer.Flatten) {
            return graph.addNode("Flatten", "flatten", List.of(value), OnnxProtos.attribute("axis", 1));
        }
        throw new IllegalArgumentException(layer + " makes no node");
    }

    private String addConv(Layer.Conv layer, String value) {
        ConvWeights w = layer.weights();
        String name = nextConvName();
        String weight = addWeights(
                storageFor(layer.fine()), name + ".weight", w.weight(), 0, w.out(), w.in(), w.kernel(), w.kernel());
        String conv = addConv(name, value, weight, addBias(name, w.bias()), layer);
        return layer.relu() ? addRelu(name, conv) : conv;
    }

    String addConv(String name, String value, String weight, String bias, Layer.Conv layer) {
        return graph.addNode(
                "Conv",
                name,
                List.of(value, weight, bias),
                repeatedAttribute("kernel_shape", layer.weights().kernel(), 2),
                repeatedAttribute("pads", layer.padding(), 4),
                repeatedAttribute("strides", 1, 2));
    }

    private String addConvTranspose(Layer.ConvTranspose layer, String value) {
        ConvWeights w = layer.weights();
        String name = nextConvName();
        String weight = addWeights(
                storageFor(layer.fine()), name + ".weight", w.transposed(), 1, w.in(), w.out(), w.kernel(), w.kernel());
        String conv = graph.addNode(
                "ConvTranspose",
                name,
                List.of(value, weight, addBias(name, w.bias())),
                repeatedAttribute("kernel_shape", w.kernel(), 2));
        return layer.relu() ? addRelu(name, conv) : conv;
    }

    private String addDense(Layer.Dense layer, String value) {
        DenseWeights w = layer.weights();
        String name = "dense" + ++denses;
        String weight = addWeights(storage, name + ".weight", w.weight(), 0, w.out(), w.in());
        String dense = graph.addNode(
                "Gemm", name, List.of(value, weight, addBias(name, w.bias())), OnnxProtos.attribute("transB", 1));
        return layer.relu() ? addRelu(name, dense) : dense;
    }

    String addRelu(String name, String value) {
        return graph.addNode("Relu", name + ".relu", List.of(value));
    }

    /** Adds a cast between the float types. */
    String addCast(String name, String value, TensorProto.DataType type) {
        return graph.addNode("Cast", name, List.of(value), OnnxProtos.attribute("to", type.getNumber()));
    }

    private String addBias(String name, float[] values) {
        return half
                ? graph.addFloat16(name + ".bias", values, values.length)
                : graph.addFloat32(name + ".bias", values, values.length);
    }

    private WeightStorage storageFor(boolean fine) {
        return fine && storage == WeightStorage.INT8 ? WeightStorage.FLOAT16 : storage;
    }

    /** Adds weights as a constant of the graph's float type; the runtime unpacks them once, by constant folding. */
    private String addWeights(WeightStorage as, String name, float[] values, int outAxis, long... sides) {
        return switch (as) {
            case FLOAT32 ->
                half
                        ? addCast(name, graph.addFloat32(name + ".f32", values, sides), TensorProto.DataType.FLOAT16)
                        : graph.addFloat32(name, values, sides);
            case FLOAT16 ->
                half
                        ? graph.addFloat16(name, values, sides)
                        : addCast(name, graph.addFloat16(name + ".f16", values, sides), TensorProto.DataType.FLOAT);
            case INT8 -> addDequantise(name, Int8Weights.of(values, outAxis, sides), outAxis, sides);
        };
    }

    /** Uses Cast and Mul instead of DequantizeLinear, which the runtime does not fold and recomputes in every run. */
    private String addDequantise(String name, Int8Weights packed, int outAxis, long... sides) {
        long[] scaleSides = new long[sides.length];
        Arrays.fill(scaleSides, 1);
        scaleSides[outAxis] = sides[outAxis];
        String whole =
                addCast(name + ".f32", graph.addInt8(name + ".i8", packed.values(), sides), TensorProto.DataType.FLOAT);
        String scale = graph.addFloat32(name + ".scale", packed.scale(), scaleSides);
        if (!half) {
            return graph.addNode("Mul", name, List.of(whole, scale));
        }
        return addCast(name, graph.addNode("Mul", name + ".mul", List.of(whole, scale)), TensorProto.DataType.FLOAT16);
    }

    private static AttributeProto repeatedAttribute(String name, long value, int times) {
        return OnnxProtos.attribute(name, Collections.nCopies(times, value));
    }
}
