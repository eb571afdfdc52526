package io.featherwire.bundler.model;

import static java.util.Objects.requireNonNull;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An ONNX file whose graph is read as a chain of nodes, from its only input on, with the constants of the nodes. */
public final class NodeChain {

    /** The operators without effect at inference. */
    private static final Set<String> TRANSPARENT = Set.of("Cast", "Dropout", "Identity");

    private final Map<String, TensorProto> initialisers = new HashMap<>();
    private final Map<String, NodeProto> producers = new HashMap<>();
    private final Map<String, List<NodeProto>> consumers = new HashMap<>();
    private final TensorReader tensors;
    private final ValueInfoProto input;
    private String value;
    private String before;

    private NodeChain(Path file, GraphProto graph) throws NetworkImportException {
        tensors = new TensorReader(requireNonNull(file.toAbsolutePath().getParent(), "directory"));
        graph.getInitializerList().forEach(tensor -> initialisers.put(tensor.getName(), tensor));
        for (NodeProto node : graph.getNodeList()) {
            node.getOutputList().forEach(output -> producers.put(output, node));
            // Exporters compute the batch size for a Reshape by nodes beside the chain; these are not a branch of the
            // network.
            Set<String> names = node.getOpType().equals("Shape") ? Set.of() : new HashSet<>(node.getInputList());
            for (String name : names) {
                consumers.computeIfAbsent(name, key -> new ArrayList<>()).add(node);
            }
        }
        List<ValueInfoProto> inputs = graph.getInputList().stream()
                .filter(info -> !initialisers.containsKey(info.getName()))
                .toList();
        if (inputs.size() != 1) {
            throw new NetworkImportException("the graph has the inputs "
                    + inputs.stream().map(ValueInfoProto::getName).toList() + ", must have exactly one");
        }
        input = inputs.get(0);
        value = input.getName();
        before = value;
    }

    /** Maps the file into memory, so that weights that are not read take no memory. */
    public static NodeChain open(Path file) throws NetworkImportException {
        if (!Files.isRegularFile(file)) {
            throw new NetworkImportException("no file at " + file);
        }
        try (FileChannel channel = FileChannel.open(file)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new NetworkImportException(file + " is larger than an ONNX file can be, 2 GiB");
            }
            CodedInputStream in = UnsafeByteOperations.unsafeWrap(
                            channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()))
                    .newCodedInput();
            in.enableAliasing(true);
            ModelProto model = ModelProto.parseFrom(in);
            if (model.getGraph().getNodeCount() == 0) {
                throw new NetworkImportException(file + " is not an ONNX model: it has no nodes");
            }
            return new NodeChain(file, model.getGraph());
        } catch (InvalidProtocolBufferException e) {
            throw new NetworkImportException(file + " is not an ONNX model: " + e.getMessage(), e);
        } catch (NetworkImportException e) {
            throw e;
        } catch (IOException e) {
            throw new NetworkImportException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Returns the edge of the input in pixels, if the file fixes it. */
    public OptionalInt inputSize() throws NetworkImportException {
        TensorShapeProto shape = input.getType().getTensorType().getShape();
        if (shape.getDimCount() != 4) {
            return OptionalInt.empty();
        }
        long height = shape.getDim(2).getDimValue();
        long width = shape.getDim(3).getDimValue();
        if (height != width) {
            throw new NetworkImportException("the input is " + height + "x" + width + ", must be square");
        }
        return height > 0 && height <= 4096 ? OptionalInt.of((int) height) : OptionalInt.empty();
    }

    /** Returns the node that consumes the current value of the chain, or null at the end of the chain. */
    @Nullable
    public NodeProto peek() throws NetworkImportException {
        while (true) {
            List<NodeProto> next = consumers.getOrDefault(value, List.of());
            if (next.size() > 1) {
                throw new NetworkImportException("value '" + value + "' is used by "
                        + next.stream().map(NodeChain::describe).toList() + ": the network must be a chain");
            }
            if (next.isEmpty() || !TRANSPARENT.contains(next.get(0).getOpType())) {
                return next.isEmpty() ? null : next.get(0);
            }
            value = next.get(0).getOutput(0);
        }
    }

    /** Consumes the next node, which must have the given operator. */
    public NodeProto consume(String operator, String what) throws NetworkImportException {
        NodeProto node = peek();
        if (node == null || !node.getOpType().equals(operator)) {
            throw new NetworkImportException(what + " must be " + operator + ", the graph "
                    + (node == null ? "ends there" : "has " + describe(node)));
        }
        before = value;
        value = node.getOutput(0);
        return node;
    }

    public boolean nextIs(String operator) throws NetworkImportException {
        NodeProto node = peek();
        return node != null && node.getOpType().equals(operator);
    }

    /** Returns the constant operand of the node that was consumed last: its input from outside the chain. */
    public Constant constantOperand(NodeProto node) throws NetworkImportException {
        return constant(node, node.getInput(0).equals(before) ? 1 : 0);
    }

    /** Returns an input of a node that is a constant. */
    public Constant constant(NodeProto node, int index) throws NetworkImportException {
        if (index >= node.getInputCount()) {
            throw new NetworkImportException(describe(node) + " lacks its input " + (index + 1));
        }
        return constant(node.getInput(index), 0);
    }

    /**
     * Returns the value of an initialiser, or of a few nodes that start at an initialiser, as in float16 exports and
     * compact storage.
     */
    private Constant constant(String name, int depth) throws NetworkImportException {
        TensorProto tensor = initialisers.get(name);
        if (tensor != null) {
            return tensors.read(tensor);
        }
        NodeProto node = producers.get(name);
        if (node == null || depth > 8) {
            throw new NetworkImportException("'" + name + "' must be an initialiser: weights have to be in the file");
        }
        switch (node.getOpType()) {
            case "Constant" -> {
                for (AttributeProto attribute : node.getAttributeList()) {
                    if (attribute.getName().equals("value")) {
                        return tensors.read(attribute.getT());
                    }
                }
            }
            case "Cast", "Identity" -> {
                return constant(node.getInput(0), depth + 1);
            }
            case "Mul" -> {
                return multiply(node, constant(node.getInput(0), depth + 1), constant(node.getInput(1), depth + 1));
            }
            default -> {}
        }
        throw new NetworkImportException("'" + name + "' is computed by " + describe(node)
                + ": weights must be initialisers, at most cast or scaled");
    }

    /** Multiplies by one scale per element of the first dimension, or by one scale for all. */
    private static Constant multiply(NodeProto node, Constant whole, Constant scale) throws NetworkImportException {
        int scales = scale.values().length;
        boolean first = scale.sides().size() == whole.sides().size() && scale.side(0) == whole.side(0);
        if (scales != 1 && !(first && scales == whole.side(0))) {
            throw new NetworkImportException(describe(node) + " scales " + whole.sides() + " by " + scale.sides()
                    + ", must be per output channel");
        }
        int inner = whole.values().length / scales;
        float[] values = new float[whole.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = whole.values()[i] * scale.values()[i / inner];
        }
        return new Constant(whole.sides(), values);
    }

    /** Returns an attribute that is a list of integers, or its default. */
    public static List<Long> intsAttribute(NodeProto node, String name, List<Long> absent) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(name))
                .findFirst()
                .map(attribute -> attribute.getType() == AttributeProto.AttributeType.INT
                        ? List.of(attribute.getI())
                        : attribute.getIntsList())
                .orElse(absent);
    }

    /** Returns a float attribute, or its default. */
    public static float floatAttribute(NodeProto node, String name, float absent) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(name))
                .findFirst()
                .map(AttributeProto::getF)
                .orElse(absent);
    }

    /** Returns a text attribute, or its default. */
    public static String stringAttribute(NodeProto node, String name, String absent) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(name))
                .findFirst()
                .map(attribute -> attribute.getS().toStringUtf8())
                .orElse(absent);
    }

    /** Returns the description of a node for messages. */
    public static String describe(NodeProto node) {
        return node.getOpType() + " '" + (node.getName().isEmpty() ? node.getOutput(0) : node.getName()) + "'";
    }
}
