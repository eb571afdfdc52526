package io.featherwire.bundler.split;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts the multiply-adds of a network's convolutions and matrix products; other nodes are not counted. */
final class MultiplyAdds {

    private static final Set<String> CONVOLUTIONS = Set.of(
            "Conv", "ConvInteger", "QLinearConv", "FusedConv", "NhwcConv", "QLinearConvTranspose", "ConvTranspose");
    private static final Set<String> PRODUCTS = Set.of(
            "MatMul",
            "Gemm",
            "MatMulInteger",
            "QLinearMatMul",
            "QGemm",
            "FusedMatMul",
            "DynamicQuantizeMatMul",
            "MatMulNBits");

    private final Map<String, Long> before = new HashMap<>();
    private final long total;

    /**
     * Counts along a path.
     *
     * @param sides the shapes by tensor, at least of the tensors of {@link #tensorsToObserve}
     * @param path the nodes from input to output, in order
     */
    MultiplyAdds(Map<String, long[]> sides, List<NodeProto> path) {
        long sum = 0;
        for (NodeProto node : path) {
            sum += count(node, sides);
            for (String output : node.getOutputList()) {
                before.put(output, sum);
            }
        }
        total = sum;
    }

    long total() {
        return total;
    }

    /** Returns the share of the multiply-adds before a cut tensor. */
    double shareBefore(String tensor) {
        return total == 0 ? 0 : (double) before.getOrDefault(tensor, 0L) / total;
    }

    /** Returns whether a node is counted. */
    static boolean isCounted(NodeProto node) {
        return CONVOLUTIONS.contains(node.getOpType()) || PRODUCTS.contains(node.getOpType());
    }

    static boolean isConvolution(NodeProto node) {
        return CONVOLUTIONS.contains(node.getOpType());
    }

    /** Returns the tensors whose shapes are needed for the count of a node. */
    static List<String> tensorsToObserve(NodeProto node) {
        return isCounted(node) ? List.of(node.getInput(0), node.getOutput(0)) : List.of();
    }

    private static long count(NodeProto node, Map<String, long[]> sides) {
        if (!isCounted(node)) {
            return 0;
        }
        long[] in = sides.get(node.getInput(0));
        long[] out = sides.get(node.getOutput(0));
        if (in == null || out == null || in.length < 2 || out.length == 0) {
            return 0;
        }
        if (!isConvolution(node)) {
            boolean transposed = integers(node, "transA").equals(List.of(1L));
            return product(out, 0) * in[transposed ? in.length - 2 : in.length - 1];
        }
        long kernel = 1;
        for (long side : integers(node, "kernel_shape")) {
            kernel *= side;
        }
        List<Long> groups = integers(node, "group");
        long group = groups.isEmpty() ? 1 : groups.get(0);
        return node.getOpType().contains("Transpose")
                ? product(in, 0) * out[1] / group * kernel
                : product(out, 0) * in[1] / group * kernel;
    }

    private static long product(long[] sides, int from) {
        long product = 1;
        for (int i = from; i < sides.length; i++) {
            product *= sides[i];
        }
        return product;
    }

    private static List<Long> integers(NodeProto node, String name) {
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.getName().equals(name)) {
                return attribute.getIntsCount() > 0 ? attribute.getIntsList() : List.of(attribute.getI());
            }
        }
        return List.of();
    }
}
