package io.featherwire.bundler.split;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The articulation points between a graph's input and output.
 *
 * <p>Every node on a path is either before or after such a tensor, so in any topological order there is a point at
 * which it is the only live tensor. One pass over the nodes finds all of them.
 */
final class CutPoints {

    private CutPoints() {}

    /**
     * Names of the tensors, in order, input and output left out.
     *
     * @param path the nodes from input to output, each after those that it depends on
     * @param depending tensors whose values depend on the input
     */
    static List<String> of(List<NodeProto> path, Set<String> depending, String input, String output) {
        Map<String, Integer> uses = new HashMap<>(Map.of(output, 1));
        for (NodeProto node : path) {
            for (String name : Dependencies.taken(node)) {
                if (depending.contains(name)) {
                    uses.merge(name, 1, Integer::sum);
                }
            }
        }
        List<String> cuts = new ArrayList<>();
        Set<String> live = new LinkedHashSet<>(Set.of(input));
        for (NodeProto node : path) {
            for (String name : Dependencies.taken(node)) {
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
