package io.featherwire.bundler.export;

import io.featherwire.codec.payload.TensorShape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a network whose leading convolutions run on bytes: int8 weights with a scale per output channel, uint8
 * activations with a scale per tensor, int32 biases. It uses the QuantizeLinear/DequantizeLinear pattern, which ONNX
 * Runtime fuses to integer operators at its full optimisation level.
 */
public final class Int8GraphWriter {

    private final GraphBuilder graph;
    private final LayerNodes nodes;
    private final List<ActivationRange> ranges;
    private ActivationRange range;
    private int quantised;
    private boolean onBytes = true;
    private int places;

    private Int8GraphWriter(String name, List<ActivationRange> ranges, @Nullable WeightsFile weights) {
        this.graph = new GraphBuilder(name, weights);
        this.nodes = new LayerNodes(graph, WeightStorage.INT8, false);
        this.ranges = ranges;
        this.range = ranges.get(0);
    }

    /**
     * Writes the graph; layers after the last quantised convolution and its pooling stay in float32.
     *
     * @param ranges the range of the input, then of the output of each quantised convolution after its ReLU
     */
    public static OnnxGraph toGraph(Network network, List<ActivationRange> ranges) {
        return new Int8GraphWriter(network.name(), ranges, null).write(network);
    }

    /** Writes the graph with weights in a separate file. */
    public static OnnxGraph toGraph(Network network, List<ActivationRange> ranges, WeightsFile weights) {
        return new Int8GraphWriter(network.name(), ranges, weights).write(network);
    }

    private OnnxGraph write(Network network) {
        String value = graph.addInput(network.input(), FloatGraphWriter.sides(network.inputShape(), false));
        value = addQuantise(value, range);
        List<TensorShape> shapes = network.layerOutputShapes();
        boolean flat = false;
        for (int i = 0; i < network.layers().size(); i++) {
            Layer layer = network.layers().get(i);
            flat |= layer instanceof Layer.Flatten;
            if (layer instanceof Layer.Output output) {
                value = graph.addOutput(output.name(), FloatGraphWriter.sides(shapes.get(i), flat));
            } else if (layer instanceof Layer.Conv conv && quantised < ranges.size() - 1) {
                value = addConv(conv, value);
            } else if (layer instanceof Layer.MaxPool && onBytes) {
                value = addQuantise(nodes.add(layer, value), range);
            } else {
                value = nodes.add(layer, value);
                onBytes = false;
            }
        }
        if (quantised < ranges.size() - 1) {
            throw new IllegalArgumentException("network '" + network.name() + "' has " + quantised
                    + " convolutions, fewer than there are ranges: " + (ranges.size() - 1));
        }
        return graph.build();
    }

    private String addConv(Layer.Conv layer, String value) {
        ConvWeights w = layer.weights();
        String name = nodes.nextConvName();
        Int8Weights packed = Int8Weights.of(w.weight(), 0, w.out(), w.in(), w.kernel(), w.kernel());
        String scale = graph.addFloat32(name + ".weight.scale", packed.scale(), w.out());
        // The zero points are 0 and optional by the standard, but some of the runtime's optimisers require them.
        String zeros = graph.addInt8Zeros(name + ".weight.zero", w.out());
        String weight = graph.addNode(
                "DequantizeLinear",
                name + ".weight",
                List.of(
                        graph.addInt8(name + ".weight.i8", packed.values(), w.out(), w.in(), w.kernel(), w.kernel()),
                        scale,
                        zeros),
                OnnxProtos.attribute("axis", 0));
        String conv = nodes.addConv(name, value, weight, addBias(name, w.bias(), packed.scale()), layer);
        range = ranges.get(++quantised);
        return addQuantise(layer.relu() ? nodes.addRelu(name, conv) : conv, range);
    }

    /** Adds biases as integers on the scale of the products: weight scale times activation scale. */
    private String addBias(String name, float[] bias, float[] weightScale) {
        float[] scale = new float[bias.length];
        int[] values = new int[bias.length];
        for (int c = 0; c < bias.length; c++) {
            scale[c] = weightScale[c] * range.scale();
            values[c] = (int)
                    Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, Math.rint(bias[c] / (double) scale[c])));
        }
        return graph.addNode(
                "DequantizeLinear",
                name + ".bias",
                List.of(
                        graph.addInt32(name + ".bias.i32", values, bias.length),
                        graph.addFloat32(name + ".bias.scale", scale, bias.length)),
                OnnxProtos.attribute("axis", 0));
    }

    private String addQuantise(String value, ActivationRange to) {
        String name = "q" + ++places;
        String scale = graph.addFloat32(name + ".scale", new float[] {to.scale()});
        String zero = graph.addUint8(name + ".zero", to.zeroPoint());
        String bytes = graph.addNode("QuantizeLinear", name + ".u8", List.of(value, scale, zero));
        return graph.addNode("DequantizeLinear", name, List.of(bytes, scale, zero));
    }
}
