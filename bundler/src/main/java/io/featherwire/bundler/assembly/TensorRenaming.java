package io.featherwire.bundler.assembly;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Renames tensors of a network that have the names of a bundle's inputs and outputs. */
final class TensorRenaming {

    private TensorRenaming() {}

    /** Returns the same model without tensors of these names. */
    static ModelProto rename(ModelProto model, Set<String> names) {
        GraphProto graph = model.getGraph();
        Map<String, String> others = new HashMap<>();
        for (String name : names) {
            others.put(name, newName(name));
        }
        return model.toBuilder().setGraph(rename(graph, others)).build();
    }

    /** Returns the new name of a tensor. */
    static String newName(String name) {
        return "model:" + name + ":";
    }

    private static GraphProto rename(GraphProto graph, Map<String, String> others) {
        GraphProto.Builder made = graph.toBuilder();
        made.getInputBuilderList().forEach(value -> value.setName(newNameOrSame(value.getName(), others)));
        made.getOutputBuilderList().forEach(value -> value.setName(newNameOrSame(value.getName(), others)));
        made.getValueInfoBuilderList().forEach(value -> value.setName(newNameOrSame(value.getName(), others)));
        made.getInitializerBuilderList().forEach(tensor -> {
            if (others.containsKey(tensor.getName())) {
                tensor.setName(newNameOrSame(tensor.getName(), others));
            }
        });
        made.getQuantizationAnnotationBuilderList()
                .forEach(note -> note.setTensorName(newNameOrSame(note.getTensorName(), others)));
        for (int i = 0; i < graph.getNodeCount(); i++) {
            made.setNode(i, rename(graph.getNode(i), others));
        }
        return made.build();
    }

    private static NodeProto rename(NodeProto node, Map<String, String> others) {
        NodeProto.Builder made = node.toBuilder();
        for (int i = 0; i < node.getInputCount(); i++) {
            made.setInput(i, newNameOrSame(node.getInput(i), others));
        }
        for (int i = 0; i < node.getOutputCount(); i++) {
            made.setOutput(i, newNameOrSame(node.getOutput(i), others));
        }
        for (int i = 0; i < node.getAttributeCount(); i++) {
            AttributeProto attribute = node.getAttribute(i);
            if (attribute.hasG()) {
                made.setAttribute(i, attribute.toBuilder().setG(rename(attribute.getG(), others)));
            } else if (attribute.getGraphsCount() > 0) {
                AttributeProto.Builder graphs = attribute.toBuilder().clearGraphs();
                attribute.getGraphsList().forEach(graph -> graphs.addGraphs(rename(graph, others)));
                made.setAttribute(i, graphs);
            }
        }
        return made.build();
    }

    private static String newNameOrSame(String name, Map<String, String> others) {
        return others.getOrDefault(name, name);
    }
}
