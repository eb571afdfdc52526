package io.featherwire.bundler.assembly;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.featherwire.bundler.BundlerException;
import io.featherwire.codec.bundle.HeadKind;
import io.featherwire.codec.payload.TensorShape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Adapts a user's graph to the inputs and outputs of a head: from features [N, C, H, W] to [N, values]. */
public final class HeadAdapter {
    private static final String FEATURE = "feature";

    /** The last operators that are removed, because the reader of a head applies them itself. */
    private static final Map<HeadKind, String> LAST = Map.of(
            HeadKind.CLASSIFICATION, "Softmax",
            HeadKind.MULTI_LABEL, "Sigmoid");

    private HeadAdapter() {}

    /**
     * Returns the graph with the input and the output of a head. A final softmax or sigmoid is removed, because a head
     * returns logits.
     *
     * @param names the number of classes or quantities, 0 if the graph defines the number of values
     */
    public static ModelProto adapt(ModelProto model, TensorShape feature, HeadKind kind, int names) {
        GraphProto graph = model.getGraph();
        ValueInfoProto input = requireOne("input", inputs(graph), FEATURE);
        ValueInfoProto output = requireOne("output", graph.getOutputList(), kind.outputName());
        long[] taken = sides(input);
        int batch = batch(input);
        long values = valueCount(taken);
        if (taken.length < 2 || values >= 0 && values != feature.values()) {
            throw new BundlerException("its input '" + input.getName() + "' has the shape " + shapeText(taken)
                    + ", but a feature is " + feature + ". Export it with an input [N, " + feature.values()
                    + "] or [N, " + feature.toString().replace("x", ", ") + "].");
        }
        Set<String> ports = Set.of(FEATURE, kind.outputName());
        GraphAssembler part = GraphAssembler.around(model, ports);
        boolean flat = taken.length == 2;
        part.addNodeWithOutput(
                "Identity",
                internalName(input.getName(), ports),
                List.of(
                        flat
                                ? part.addReshape("flat", FEATURE, feature.values())
                                : addReshapeIfFixed(part, taken, values)));
        part.appendAfterNetwork();
        int outputCount = outputCount(output, names);
        part.addReshapeTo(
                kind.outputName(), internalName(findLogits(graph, output.getName(), kind), ports), outputCount);
        return part.addInput(FEATURE, batch, feature.sides())
                .addOutput(kind.outputName(), batch, outputCount)
                .build();
    }

    private static int outputCount(ValueInfoProto output, int names) {
        long[] sides = sides(output);
        long outputCount = output.getType().getTensorType().hasShape() ? valueCount(sides) : -1;
        if (outputCount < 0 && names == 0) {
            throw new BundlerException("its output '" + output.getName() + "' has the shape " + shapeText(sides)
                    + ", but all dimensions except the batch must be fixed. Export it with fixed dimensions.");
        }
        if (outputCount >= 0 && names > 0 && outputCount != names) {
            throw new BundlerException(
                    "its output '" + output.getName() + "' has the shape " + shapeText(sides) + ", but there are "
                            + names + " names. Give --classes a file with one name per line, one for each value.");
        }
        return (int) (outputCount < 0 ? names : outputCount);
    }

    private static String addReshapeIfFixed(GraphAssembler part, long[] taken, long values) {
        return values < 0 ? FEATURE : part.addReshape("shaped", FEATURE, Arrays.copyOfRange(taken, 1, taken.length));
    }

    private static String findLogits(GraphProto graph, String output, HeadKind kind) {
        for (NodeProto node : graph.getNodeList()) {
            if (node.getOutputList().contains(output) && node.getOpType().equals(LAST.get(kind))) {
                return node.getInput(0);
            }
        }
        return output;
    }

    private static List<ValueInfoProto> inputs(GraphProto graph) {
        Set<String> initialised = new HashSet<>();
        graph.getInitializerList().forEach(tensor -> initialised.add(tensor.getName()));
        return graph.getInputList().stream()
                .filter(input -> !initialised.contains(input.getName()))
                .toList();
    }

    private static ValueInfoProto requireOne(String what, List<ValueInfoProto> values, String preferred) {
        ValueInfoProto one = values.stream()
                .filter(value -> values.size() == 1 || value.getName().equals(preferred))
                .findFirst()
                .orElseThrow(() -> new BundlerException("it has the " + what + "s "
                        + values.stream().map(ValueInfoProto::getName).toList()
                        + ", but a head must have one. Export it with one " + what + ", or name the right " + what + " "
                        + preferred
                        + "."));
        int type = one.getType().getTensorType().getElemType();
        if (type != TensorProto.DataType.FLOAT_VALUE) {
            throw new BundlerException("its " + what + " '" + one.getName() + "' is of type "
                    + TensorProto.DataType.forNumber(type) + ". Export it with 32-bit floats.");
        }
        return one;
    }

    /** Returns the shape in the graph; an open dimension is -1. */
    private static long[] sides(ValueInfoProto value) {
        return value.getType().getTensorType().getShape().getDimList().stream()
                .mapToLong(side -> side.hasDimValue() ? side.getDimValue() : -1)
                .toArray();
    }

    private static int batch(ValueInfoProto input) {
        List<Dimension> sides = input.getType().getTensorType().getShape().getDimList();
        return sides.isEmpty() ? 0 : (int) Math.max(0, sides.get(0).getDimValue());
    }

    /** Returns the product of all dimensions but the batch, -1 if one of them is open. */
    private static long valueCount(long[] sides) {
        long values = 1;
        for (int i = 1; i < sides.length; i++) {
            values = sides[i] < 0 || values < 0 ? -1 : values * sides[i];
        }
        return values;
    }

    private static String shapeText(long[] sides) {
        return Arrays.toString(sides).replace("-1", "?");
    }

    private static String internalName(String name, Set<String> ports) {
        return ports.contains(name) ? TensorRenaming.newName(name) : name;
    }
}
