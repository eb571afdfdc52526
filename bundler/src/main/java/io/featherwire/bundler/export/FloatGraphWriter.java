package io.featherwire.bundler.export;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.featherwire.codec.payload.TensorShape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a network as a graph that computes in floating point; inputs and outputs are float32. */
public final class FloatGraphWriter {

    private final GraphBuilder graph;
    private final LayerNodes nodes;
    private final boolean half;

    private FloatGraphWriter(String name, WeightStorage storage, @Nullable WeightsFile weights, boolean half) {
        this.graph = new GraphBuilder(name, weights);
        this.nodes = new LayerNodes(graph, storage, half);
        this.half = half;
    }

    /**
     * Writes a graph of Conv, Relu, MaxPool, Flatten and Gemm; with compact storage also of the operators that unpack
     * weights.
     */
    public static OnnxGraph toGraph(Network network, WeightStorage storage) {
        return new FloatGraphWriter(network.name(), storage, null, false).write(network);
    }

    /** Writes a graph with int8 weights in a separate file. */
    public static OnnxGraph toGraph(Network network, WeightsFile weights) {
        return new FloatGraphWriter(network.name(), WeightStorage.INT8, weights, false).write(network);
    }

    /** Writes a graph that computes in float16, for CUDA, with int8 weights in a separate file. */
    public static OnnxGraph toFloat16Graph(Network network, WeightsFile weights) {
        return new FloatGraphWriter(network.name(), WeightStorage.INT8, weights, true).write(network);
    }

    private OnnxGraph write(Network network) {
        String value = graph.addInput(network.input(), sides(network.inputShape(), false));
        if (half) {
            value = nodes.addCast(network.input() + ".f16", value, TensorProto.DataType.FLOAT16);
        }
        List<TensorShape> shapes = network.layerOutputShapes();
        boolean flat = false;
        for (int i = 0; i < network.layers().size(); i++) {
            Layer layer = network.layers().get(i);
            flat |= layer instanceof Layer.Flatten;
            if (layer instanceof Layer.Output output) {
                value = addOutput(output.name(), value, sides(shapes.get(i), flat));
            } else {
                value = nodes.add(layer, value);
            }
        }
        return graph.build();
    }

    private String addOutput(String name, String value, long... sides) {
        if (!half) {
            return graph.addOutput(name, sides);
        }
        nodes.addCast(name + ".f32", value, TensorProto.DataType.FLOAT);
        graph.addOutput(name, sides);
        return value;
    }

    static long[] sides(TensorShape shape, boolean flat) {
        return flat ? new long[] {shape.values()} : new long[] {shape.channels(), shape.height(), shape.width()};
    }
}
