package io.featherwire.bundler.export;

import io.featherwire.codec.payload.TensorShape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A chain of layers with matching shapes, independent of the storage and precision of its weights.
 *
 * @param name the name of the graph
 * @param input the name of the graph's input
 * @param inputShape the shape of the input, without the batch
 * @param layers the layers in order; the last one is an output
 */
public record Network(String name, String input, TensorShape inputShape, List<Layer> layers) {

    public Network {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(input, "input");
        layers = List.copyOf(layers);
        if (layers.isEmpty() || !(layers.get(layers.size() - 1) instanceof Layer.Output)) {
            throw new IllegalArgumentException("network '" + name + "' must end with an output");
        }
        Set<String> names = new HashSet<>(Set.of(input));
        Layer before = new Layer.Output(input);
        for (Layer layer : layers) {
            if (layer instanceof Layer.Output output && (before instanceof Layer.Output || !names.add(output.name()))) {
                throw new IllegalArgumentException("network '" + name + "' has the output '" + output.name()
                        + "' twice, or without a layer before it");
            }
            before = layer;
        }
        layerOutputShapes(name, inputShape, layers);
    }

    /** Returns the shape after each layer; the shape of a vector of n values is nx1x1. */
    public List<TensorShape> layerOutputShapes() {
        return layerOutputShapes(name, inputShape, layers);
    }

    /** Returns the shape of the last output. */
    public TensorShape outputShape() {
        List<TensorShape> shapes = layerOutputShapes();
        return shapes.get(shapes.size() - 1);
    }

    /** Returns the number of multiply-adds for one image. */
    public long multiplyAdds() {
        List<TensorShape> shapes = layerOutputShapes();
        long sum = 0;
        for (int i = 0; i < layers.size(); i++) {
            sum += layers.get(i).weightCount() * shapes.get(i).plane();
        }
        return sum;
    }

    /** Returns the number of weights of all layers, without the biases. */
    public long weightCount() {
        return layers.stream().mapToLong(Layer::weightCount).sum();
    }

    private static List<TensorShape> layerOutputShapes(String name, TensorShape inputShape, List<Layer> layers) {
        List<TensorShape> shapes = new ArrayList<>();
        TensorShape shape = inputShape;
        boolean flat = false;
        for (int i = 0; i < layers.size(); i++) {
            try {
                shape = outputShapeOf(shape, layers.get(i), flat);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "network '" + name + "', layer " + (i + 1) + " of " + layers.size() + ": " + e.getMessage(), e);
            }
            flat |= layers.get(i) instanceof Layer.Flatten;
            shapes.add(shape);
        }
        return List.copyOf(shapes);
    }

    private static TensorShape outputShapeOf(TensorShape shape, Layer layer, boolean flat) {
        if (layer instanceof Layer.Conv conv) {
            return convOutputShape(
                    shape, conv.weights(), 2 * conv.padding() - conv.weights().kernel() + 1, flat);
        } else if (layer instanceof Layer.ConvTranspose conv) {
            return convOutputShape(shape, conv.weights(), conv.weights().kernel() - 1, flat);
        } else if (layer instanceof Layer.MaxPool) {
            return new TensorShape(shape.channels(), shape.height() / 2, shape.width() / 2);
        } else if (layer instanceof Layer.Flatten) {
            return new TensorShape(shape.values(), 1, 1);
        } else if (layer instanceof Layer.Dense dense) {
            if (!flat || shape.channels() != dense.weights().in()) {
                throw new IllegalArgumentException(
                        "a dense layer of " + dense.weights().in() + " inputs is given " + shape);
            }
            return new TensorShape(dense.weights().out(), 1, 1);
        }
        return shape;
    }

    private static TensorShape convOutputShape(TensorShape shape, ConvWeights weights, int growth, boolean flat) {
        if (flat || shape.channels() != weights.in()) {
            throw new IllegalArgumentException("a convolution of " + weights.in() + " channels is given " + shape);
        }
        return new TensorShape(weights.out(), shape.height() + growth, shape.width() + growth);
    }
}
