package io.featherwire.bundler.split;

import static java.util.Objects.requireNonNull;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A network that is split at one tensor. Nodes, initialisers, opsets and local functions are the model's own, with one
 * exception: nodes after the cut that use the shape of a tensor before the cut are replaced by constants of the
 * observed shape.
 *
 * @param backbone the part from the network's input to the cut tensor
 * @param rest the part from the cut tensor to the network's output
 */
public record GraphSplit(ModelProto backbone, ModelProto rest) {

    /** The name of the batch dimension if it is symbolic. */
    private static final String BATCH = "N";

    /** Splits a network. */
    public static GraphSplit split(SplittableNetwork network, CutTensor cut) {
        ModelProto model = network.source().proto();
        GraphEdges graph = new GraphEdges(model.getGraph());
        ValueInfoProto seam = toValueInfo(network, cut);
        List<NodeProto> first = graph.nodesFor(Set.of(cut.name()), Set.of());
        ModelProto backbone = extractPart(model, first, List.of(), List.of(seam));
        ModelProto rest = extractPart(
                model,
                restNodes(network, cut, graph),
                List.of(seam),
                model.getGraph().getOutputList().stream()
                        .filter(output ->
                                output.getName().equals(network.output().name()))
                        .toList());
        return new GraphSplit(backbone, rest);
    }

    private static List<NodeProto> restNodes(SplittableNetwork network, CutTensor cut, GraphEdges graph) {
        Set<String> depending = graph.dependingOn(network.input().name());
        Set<String> after = graph.dependingOn(cut.name());
        Set<String> stops = new HashSet<>(Set.of(cut.name()));
        Set<String> looking = new HashSet<>();
        for (NodeProto node : graph.order()) {
            String of = node.getInputCount() > 0 ? node.getInput(0) : "";
            if (!GraphEdges.carriesValues(node) && depending.contains(of) && !after.contains(of)) {
                // The input of this node is before the cut.
                stops.add(of);
                looking.add(of);
            }
        }
        List<NodeProto> nodes = new ArrayList<>();
        ShapeConstants shapes = new ShapeConstants(network, cut);
        for (NodeProto node : graph.nodesFor(Set.of(network.output().name()), stops)) {
            boolean replaced = !GraphEdges.carriesValues(node) && looking.contains(node.getInput(0));
            nodes.addAll(replaced ? shapes.replacement(node) : List.of(node));
        }
        return nodes;
    }

    /** @param inputs the inputs that replace the model's own, if not empty */
    private static ModelProto extractPart(
            ModelProto model, List<NodeProto> nodes, List<ValueInfoProto> inputs, List<ValueInfoProto> outputs) {
        GraphProto whole = model.getGraph();
        Set<String> used = new HashSet<>();
        Set<String> made = new HashSet<>();
        for (NodeProto node : nodes) {
            used.addAll(GraphEdges.inputsOf(node));
            made.addAll(node.getOutputList());
        }
        outputs.forEach(output -> used.add(output.getName()));
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName(whole.getName())
                .setDocString(whole.getDocString())
                .addAllNode(nodes)
                .addAllOutput(outputs);
        Set<String> initialised = new HashSet<>();
        for (TensorProto tensor : whole.getInitializerList()) {
            if (used.contains(tensor.getName())) {
                graph.addInitializer(tensor);
                initialised.add(tensor.getName());
            }
        }
        whole.getSparseInitializerList().stream()
                .filter(tensor -> used.contains(tensor.getValues().getName()))
                .forEach(tensor -> {
                    graph.addSparseInitializer(tensor);
                    initialised.add(tensor.getValues().getName());
                });
        Set<String> everyInitialiser = new HashSet<>();
        whole.getInitializerList().forEach(tensor -> everyInitialiser.add(tensor.getName()));
        whole.getSparseInitializerList()
                .forEach(tensor -> everyInitialiser.add(tensor.getValues().getName()));
        graph.addAllInput(inputs);
        for (ValueInfoProto input : whole.getInputList()) {
            // Files of old versions list their initialisers among the inputs.
            boolean own = everyInitialiser.contains(input.getName())
                    ? initialised.contains(input.getName())
                    : inputs.isEmpty();
            if (own) {
                graph.addInput(input);
            }
        }
        Set<String> outside = new HashSet<>();
        outputs.forEach(output -> outside.add(output.getName()));
        whole.getValueInfoList().stream()
                .filter(value -> made.contains(value.getName()) && !outside.contains(value.getName()))
                .forEach(graph::addValueInfo);
        whole.getQuantizationAnnotationList().stream()
                .filter(note -> used.contains(note.getTensorName()) || made.contains(note.getTensorName()))
                .forEach(graph::addQuantizationAnnotation);
        return model.toBuilder().setGraph(graph).build();
    }

    private static ValueInfoProto toValueInfo(SplittableNetwork network, CutTensor cut) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        TensorShapeProto.Dimension.Builder batch = TensorShapeProto.Dimension.newBuilder();
        shape.addDim(network.fixedBatch() > 0 ? batch.setDimValue(network.fixedBatch()) : batch.setDimParam(BATCH));
        cut.sides()
                .forEach(side ->
                        shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(side)));
        return ValueInfoProto.newBuilder()
                .setName(cut.name())
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(
                                        TensorProto.DataType.valueOf(cut.type()).getNumber())
                                .setShape(shape)))
                .build();
    }

    /** Replaces nodes after the cut that use the shape of tensors before it. */
    private static final class ShapeConstants {
        private final SplittableNetwork network;
        private final CutTensor cut;
        private final String prefix;
        private boolean begun;

        ShapeConstants(SplittableNetwork network, CutTensor cut) {
            this.network = network;
            this.cut = cut;
            Set<String> names = new HashSet<>();
            network.source().proto().getGraph().getNodeList().forEach(node -> names.addAll(node.getOutputList()));
            String free = "seam";
            while (isTaken(names, free)) {
                free += "_";
            }
            prefix = free;
        }

        private static boolean isTaken(Set<String> names, String prefix) {
            return names.stream().anyMatch(name -> name.startsWith(prefix));
        }

        /** Returns nodes that compute the output of a node as constant + batch * slope. */
        List<NodeProto> replacement(NodeProto node) {
            long[] one = outputFor(node, requireNonNull(network.observed().one().get(node.getInput(0)), "shape"));
            long[] two = network.fixedBatch() > 0
                    ? one
                    : outputFor(node, requireNonNull(network.observed().two().get(node.getInput(0)), "shape"));
            boolean scalar = node.getOpType().equals("Size");
            long[] constant = new long[one.length];
            long[] slope = new long[one.length];
            boolean open = false;
            for (int i = 0; i < one.length; i++) {
                slope[i] = two[i] - one[i];
                constant[i] = one[i] - slope[i];
                open |= slope[i] != 0;
            }
            String output = node.getOutput(0);
            if (!open) {
                return List.of(constant(output, one, scalar));
            }
            List<NodeProto> nodes = new ArrayList<>();
            if (!begun) {
                begun = true;
                nodes.add(node("Shape", prefix + ".sides", cut.name()));
                nodes.add(constant(prefix + ".first", new long[] {0}, true));
                nodes.add(node("Gather", prefix + ".batch", prefix + ".sides", prefix + ".first"));
            }
            nodes.add(constant(prefix + "." + output + ".slope", slope, scalar));
            nodes.add(constant(prefix + "." + output + ".constant", constant, scalar));
            nodes.add(
                    node("Mul", prefix + "." + output + ".open", prefix + "." + output + ".slope", prefix + ".batch"));
            nodes.add(node("Add", output, prefix + "." + output + ".open", prefix + "." + output + ".constant"));
            return nodes;
        }

        private static long[] outputFor(NodeProto node, long[] sides) {
            if (node.getOpType().equals("Size")) {
                long size = 1;
                for (long side : sides) {
                    size *= side;
                }
                return new long[] {size};
            }
            int start = sliceBound(node, "start", 0, sides.length);
            int end = sliceBound(node, "end", sides.length, sides.length);
            return start >= end ? new long[0] : Arrays.copyOfRange(sides, start, end);
        }

        private static int sliceBound(NodeProto node, String name, int absent, int rank) {
            for (AttributeProto attribute : node.getAttributeList()) {
                if (attribute.getName().equals(name)) {
                    long at = attribute.getI() < 0 ? attribute.getI() + rank : attribute.getI();
                    return (int) Math.max(0, Math.min(rank, at));
                }
            }
            return absent;
        }

        private static NodeProto node(String operator, String output, String... inputs) {
            return NodeProto.newBuilder()
                    .setOpType(operator)
                    .addAllInput(List.of(inputs))
                    .addOutput(output)
                    .build();
        }

        private static NodeProto constant(String output, long[] values, boolean scalar) {
            TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(TensorProto.DataType.INT64.getNumber());
            if (!scalar) {
                tensor.addDims(values.length);
            }
            for (long value : values) {
                tensor.addInt64Data(value);
            }
            return NodeProto.newBuilder()
                    .setOpType("Constant")
                    .addOutput(output)
                    .addAttribute(AttributeProto.newBuilder()
                            .setName("value")
                            .setType(AttributeProto.AttributeType.TENSOR)
                            .setT(tensor))
                    .build();
        }
    }
}
