package io.featherwire.bundler.split;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the articulation points between a graph's input and output, that is, the tensors that alone separate them.
 *
 * <p>Every node on a path is either before or after such a tensor. In any topological order there is therefore a
 * position at which it is the only live tensor, so that one pass over the nodes finds all of them.
 */
final class CutPoints {

    private CutPoints() {}

    /**
     * Returns the names of the tensors in order, without input and output.
     *
     * @param path the nodes from input to output, each after the nodes that it depends on
     * @param depending the tensors whose values depend on the input
     */
    static List<String> find(List<NodeProto> path, Set<String> depending, String input, String output) {
        Map<String, Integer> uses = new HashMap<>(Map.of(output, 1));
        for (NodeProto node : path) {
            for (String name : GraphEdges.inputsOf(node)) {
                if (depending.contains(name)) {
                    uses.merge(name, 1, Integer::sum);
                }
            }
        }
        List<String> cuts = new ArrayList<>();
        Set<String> live = new LinkedHashSet<>(Set.of(input));
        for (NodeProto node : path) {
            for (String name : GraphEdges.inputsOf(node)) {
                if (depending.contains(name) && uses.merge(name, -1, Integer::sum) == 0) {
                    live.remove(name);
                }
            }
            for (String name : node.getOutputList()) {
                if (uses.getOrDefault(name, 0) > 0) {
                    live.add(name);
                }
            }
            if (live.size() == 1) {
                String only = live.iterator().next();
                if (!only.equals(input) && !only.equals(output)) {
                    cuts.add(only);
                }
            }
        }
        return cuts;
    }
}
