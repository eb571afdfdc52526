package io.featherwire.bundler.vgg16;

import static java.util.Objects.requireNonNull;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.featherwire.bundler.export.DenseWeights;
import io.featherwire.bundler.model.Constant;
import io.featherwire.bundler.model.NetworkImportException;
import io.featherwire.bundler.model.NodeChain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fully connected part of a VGG16, read from an ONNX file.
 *
 * @param layers the layers from feature to logits; a ReLU follows each of them except the last
 */
public record ImportedHead(List<DenseWeights> layers) {

    public ImportedHead {
        layers = List.copyOf(layers);
    }

    /**
     * Follows the graph from its input, or from the end of the convolutional part if there is one, through layers of
     * Gemm (or MatMul and Add) with a ReLU between them. A softmax at the end is left out.
     */
    public static ImportedHead read(Path file) throws NetworkImportException {
        try {
            NodeChain model = NodeChain.open(file);
            if (model.nextIs("Conv")) {
                ImportedBackbone.read(model);
            }
            return read(model);
        } catch (NetworkImportException e) {
            throw new NetworkImportException("no head of fully connected layers in " + file + ": " + e.getMessage(), e);
        }
    }

    private static ImportedHead read(NodeChain model) throws NetworkImportException {
        while (model.nextIs("Flatten") || model.nextIs("Reshape") || isIdentityPool(model.peek())) {
            NodeProto node = model.consume(requireNonNull(model.peek(), "node").getOpType(), "the flattening");
            if (node.getOpType().equals("Flatten")
                    && !NodeChain.intsAttribute(node, "axis", List.of(1L)).equals(List.of(1L))) {
                throw new NetworkImportException(NodeChain.describe(node) + " must flatten from axis 1");
            }
        }
        List<DenseWeights> layers = new ArrayList<>();
        do {
            DenseWeights layer = dense(model, "layer " + (layers.size() + 1));
            if (!layers.isEmpty() && layers.get(layers.size() - 1).out() != layer.in()) {
                throw new NetworkImportException("layer " + (layers.size() + 1) + " takes " + layer.in()
                        + " values, but the layer before returns "
                        + layers.get(layers.size() - 1).out());
            }
            layers.add(layer);
        } while (consumeActivation(model, layers));
        if (model.nextIs("Softmax") || model.nextIs("LogSoftmax")) {
            model.consume(requireNonNull(model.peek(), "node").getOpType(), "the end");
        }
        if (model.peek() != null) {
            throw new NetworkImportException(
                    "after layer " + layers.size() + " the graph has " + NodeChain.describe(model.peek()));
        }
        return new ImportedHead(layers);
    }

    private static boolean consumeActivation(NodeChain model, List<DenseWeights> layers) throws NetworkImportException {
        if (model.nextIs("Relu")) {
            model.consume("Relu", "what follows layer " + layers.size());
            return true;
        }
        return false;
    }

    /**
     * Returns whether a node averages over single values; PyTorch exports adaptive pooling of 7x7 to 7x7 in this way.
     */
    private static boolean isIdentityPool(@Nullable NodeProto node) {
        return node != null
                && node.getOpType().equals("AveragePool")
                && NodeChain.intsAttribute(node, "kernel_shape", List.of()).equals(List.of(1L, 1L));
    }

    private static DenseWeights dense(NodeChain model, String what) throws NetworkImportException {
        boolean gemm = model.nextIs("Gemm");
        NodeProto node = model.consume(gemm ? "Gemm" : "MatMul", what);
        Constant weight = model.constant(node, 1);
        if (weight.sides().size() != 2) {
            throw new NetworkImportException(
                    what + ", " + NodeChain.describe(node) + ", has the weights " + weight.sides());
        }
        if (gemm
                && (NodeChain.floatAttribute(node, "alpha", 1) != 1
                        || NodeChain.floatAttribute(node, "beta", 1) != 1
                        || !NodeChain.intsAttribute(node, "transA", List.of(0L)).equals(List.of(0L)))) {
            throw new NetworkImportException(
                    what + ", " + NodeChain.describe(node) + ", must have alpha 1, beta 1 and no transA");
        }
        boolean outFirst =
                gemm && NodeChain.intsAttribute(node, "transB", List.of(0L)).equals(List.of(1L));
        int out = weight.side(outFirst ? 0 : 1);
        int in = weight.side(outFirst ? 1 : 0);
        float[] bias = new float[out];
        if (gemm && node.getInputCount() > 2) {
            bias = model.constant(node, 2).values();
        } else if (!gemm && model.nextIs("Add")) {
            bias = model.constantOperand(model.consume("Add", what)).values();
        }
        if (bias.length != out) {
            throw new NetworkImportException(
                    what + ", " + NodeChain.describe(node) + ", has " + bias.length + " biases for " + out + " values");
        }
        return new DenseWeights(out, in, outFirst ? weight.values() : transpose(weight.values(), in, out), bias);
    }

    private static float[] transpose(float[] values, int rows, int columns) {
        float[] other = new float[values.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                other[c * rows + r] = values[r * columns + c];
            }
        }
        return other;
    }
}
