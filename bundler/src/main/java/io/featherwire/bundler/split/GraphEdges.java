package io.featherwire.bundler.split;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.featherwire.bundler.BundlerException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The edges between the nodes of a graph. */
final class GraphEdges {

    /** The operators that use only the shape of a tensor, so that no value of an image passes through them. */
    private static final Set<String> SHAPES_ONLY = Set.of("Shape", "Size");

    private final Map<String, TensorProto> initialisers = new HashMap<>();
    private final Map<String, NodeProto> producers = new HashMap<>();
    private final List<NodeProto> order;
    private final Set<String> inputs = new LinkedHashSet<>();

    GraphEdges(GraphProto graph) {
        graph.getInitializerList().forEach(tensor -> initialisers.put(tensor.getName(), tensor));
        Set<String> sparse = new HashSet<>();
        graph.getSparseInitializerList()
                .forEach(tensor -> sparse.add(tensor.getValues().getName()));
        for (ValueInfoProto input : graph.getInputList()) {
            if (!initialisers.containsKey(input.getName()) && !sparse.contains(input.getName())) {
                inputs.add(input.getName());
            }
        }
        for (NodeProto node : graph.getNodeList()) {
            node.getOutputList().forEach(output -> producers.put(output, node));
        }
        order = sortByDependency(graph.getNodeList());
    }

    /** Returns the inputs that are not initialisers, in the file's order. */
    Set<String> inputs() {
        return inputs;
    }

    Map<String, TensorProto> initialisers() {
        return initialisers;
    }

    /** Returns the node that computes a tensor, null for inputs and initialisers. */
    @Nullable
    NodeProto producer(String tensor) {
        return producers.get(tensor);
    }

    /** Returns the nodes in topological order. */
    List<NodeProto> order() {
        return order;
    }

    /** Returns the inputs of a node, including those of its subgraphs, without duplicates. */
    static Set<String> inputsOf(NodeProto node) {
        Set<String> names = new LinkedHashSet<>();
        for (String input : node.getInputList()) {
            if (!input.isEmpty()) {
                names.add(input);
            }
        }
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                names.addAll(outerInputsOf(attribute.getG()));
            }
            attribute.getGraphsList().forEach(graph -> names.addAll(outerInputsOf(graph)));
        }
        return names;
    }

    private static Set<String> outerInputsOf(GraphProto graph) {
        Set<String> own = new HashSet<>();
        graph.getInputList().forEach(input -> own.add(input.getName()));
        graph.getInitializerList().forEach(tensor -> own.add(tensor.getName()));
        Set<String> taken = new LinkedHashSet<>();
        for (NodeProto node : graph.getNodeList()) {
            taken.addAll(inputsOf(node));
            own.addAll(node.getOutputList());
        }
        graph.getOutputList().forEach(output -> taken.add(output.getName()));
        taken.removeAll(own);
        return taken;
    }

    /** Returns whether a node's outputs depend on the values of its inputs, not only on their shapes. */
    static boolean carriesValues(NodeProto node) {
        return !SHAPES_ONLY.contains(node.getOpType());
    }

    /** Returns the tensors whose values depend on those of the input. */
    Set<String> dependingOn(String input) {
        Set<String> depending = new HashSet<>(Set.of(input));
        for (NodeProto node : order) {
            if (carriesValues(node) && inputsOf(node).stream().anyMatch(depending::contains)) {
                depending.addAll(node.getOutputList());
            }
        }
        return depending;
    }

    /** Returns the nodes that tensors depend on, in order, without nodes that only the given stop tensors depend on. */
    List<NodeProto> nodesFor(Set<String> tensors, Set<String> stops) {
        Set<NodeProto> needed = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<String> open = new ArrayDeque<>(tensors);
        Set<String> seen = new HashSet<>(stops);
        while (!open.isEmpty()) {
            String tensor = open.pop();
            NodeProto node = producers.get(tensor);
            if (seen.add(tensor) && node != null && needed.add(node)) {
                open.addAll(inputsOf(node));
            }
        }
        return order.stream().filter(needed::contains).toList();
    }

    /** Sorts nodes topologically. The ONNX standard requires sorted nodes, but some files have unsorted ones. */
    private List<NodeProto> sortByDependency(List<NodeProto> nodes) {
        List<NodeProto> sorted = new ArrayList<>(nodes.size());
        Set<NodeProto> placed = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<NodeProto> entered = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<NodeProto> stack = new ArrayDeque<>();
        for (NodeProto root : nodes) {
            stack.push(root);
            while (!stack.isEmpty()) {
                NodeProto node = stack.peek();
                if (placed.contains(node)) {
                    stack.pop();
                } else if (entered.add(node)) {
                    for (String name : inputsOf(node)) {
                        NodeProto before = producers.get(name);
                        if (before != null && !placed.contains(before)) {
                            if (entered.contains(before)) {
                                throw new BundlerException("Cannot use the model: its graph has a cycle through '"
                                        + name + "'. Export the model again.");
                            }
                            stack.push(before);
                        }
                    }
                } else {
                    stack.pop();
                    placed.add(node);
                    sorted.add(node);
                }
            }
        }
        return List.copyOf(sorted);
    }
}
