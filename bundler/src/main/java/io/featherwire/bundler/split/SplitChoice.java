package io.featherwire.bundler.split;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.featherwire.bundler.BundlerException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chooses the cut tensor that becomes the feature: the pooled vector before the classifier, or else the last map. */
public final class SplitChoice {

    private static final Set<String> SAME_VALUES =
            Set.of("Flatten", "Reshape", "Identity", "Dropout", "Squeeze", "Unsqueeze", "DequantizeLinear");

    private SplitChoice() {}

    /** Returns the tensor with the given name, or the most suitable one if the name is null. */
    public static CutTensor choose(SplittableNetwork network, @Nullable String name) {
        if (name == null) {
            return chooseBest(network);
        }
        for (CutTensor cut : network.cuts()) {
            if (cut.name().equals(name)) {
                if (!cut.isUsable()) {
                    throw new BundlerException(
                            "Cannot split " + network.source().name() + " at '" + name + "': the tensor "
                                    + cut.refusal() + ". `bundle splits` lists the tensors that can be a feature.");
                }
                return cut;
            }
        }
        throw new BundlerException("Cannot split " + network.source().name() + " at '" + name
                + "': it does not alone separate input from output. `bundle splits` lists the tensors that do.");
    }

    /**
     * Returns the pooled vector after a chosen map and after all layers with weights. It is the better feature if the
     * network is an encoder; the graph of an encoder does not differ from that of a classifier that ends in a
     * convolution.
     */
    public static Optional<CutTensor> findPooledAfter(SplittableNetwork network, CutTensor chosen) {
        if (chosen.isVector()) {
            return Optional.empty();
        }
        List<CutTensor> usable =
                network.cuts().stream().filter(CutTensor::isUsable).toList();
        return usable.stream()
                .skip(usable.indexOf(chosen) + 1L)
                .filter(CutTensor::isVector)
                .findFirst();
    }

    private static CutTensor chooseBest(SplittableNetwork network) {
        List<CutTensor> usable =
                network.cuts().stream().filter(CutTensor::isUsable).toList();
        CutTensor vector = usable.stream()
                .filter(cut -> cut.isVector() && cut.share() > 0 && cut.share() < 1)
                .findFirst()
                .orElse(null);
        if (vector == null) {
            CutTensor last = lastBeforeWeights(usable);
            boolean convolved = last != null && endsInConvolution(network);
            CutTensor pooled = usable.stream()
                    .filter(cut -> cut.isVector() && cut.share() > 0)
                    .findFirst()
                    .orElse(null);
            vector = last != null && (convolved || pooled == null) ? last : pooled;
        }
        return vector == null ? usable.get(usable.size() - 1) : tensorBeforeReshapes(network, usable, vector);
    }

    /** Returns the last tensor that is followed by layers with weights. */
    private static @Nullable CutTensor lastBeforeWeights(List<CutTensor> usable) {
        CutTensor last = null;
        for (CutTensor cut : usable) {
            last = cut.share() > 0 && cut.share() < 1 ? cut : last;
        }
        return last;
    }

    /** Returns whether the last layer with weights is a convolution, which classifies every position before pooling. */
    private static boolean endsInConvolution(SplittableNetwork network) {
        GraphEdges graph = new GraphEdges(network.source().proto().getGraph());
        boolean convolution = false;
        for (NodeProto node : graph.nodesFor(Set.of(network.output().name()), Set.of())) {
            convolution = MultiplyAdds.isCounted(node) ? MultiplyAdds.isConvolution(node) : convolution;
        }
        return convolution;
    }

    /** Goes back over nodes that only reshape, to the map before a flattening. */
    private static CutTensor tensorBeforeReshapes(SplittableNetwork network, List<CutTensor> usable, CutTensor chosen) {
        GraphEdges graph = new GraphEdges(network.source().proto().getGraph());
        CutTensor cut = chosen;
        for (int at = usable.indexOf(chosen) - 1; at >= 0; at--) {
            NodeProto node = graph.producer(cut.name());
            CutTensor before = usable.get(at);
            if (node == null
                    || !SAME_VALUES.contains(node.getOpType())
                    || !node.getInput(0).equals(before.name())
                    || before.valueCount() != cut.valueCount()) {
                break;
            }
            cut = before;
        }
        return cut;
    }
}
