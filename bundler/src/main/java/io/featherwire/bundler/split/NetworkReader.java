package io.featherwire.bundler.split;

import static java.util.Objects.requireNonNull;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.featherwire.bundler.BundlerException;
import io.featherwire.codec.onnx.GraphProbe;
import io.featherwire.codec.onnx.OnnxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the cut tensors of a model. The graph is read and run once, since shapes are taken from a run, not from the
 * file.
 */
public final class NetworkReader {

    /**
     * Choices that the file may leave open.
     *
     * @param output name of the output, null for the only one, or the only vector
     * @param inputSize edge in pixels, null if the file fixes it
     * @param usualSize edge in pixels if neither the file nor {@code inputSize} defines it, null if unknown
     * @param anyOutput whether an output that is not a vector is allowed, which suffices for listing cut tensors
     */
    public record Options(
            @Nullable String output, @Nullable Integer inputSize, @Nullable Integer usualSize, boolean anyOutput) {
        public static final Options DEFAULT = new Options(null, null);

        public Options(@Nullable String output, @Nullable Integer inputSize) {
            this(output, inputSize, null, false);
        }

        public Options usualSize(OptionalInt size) {
            return new Options(output, inputSize, size.isPresent() ? (Integer) size.getAsInt() : null, anyOutput);
        }

        public Options anyOutput(boolean other) {
            return new Options(output, inputSize, usualSize, other);
        }
    }

    private static final Set<String> CONTROL_FLOW = Set.of("If", "Loop", "Scan");

    private final SourceModel model;
    private final Options options;
    private final Dependencies graph;

    private NetworkReader(SourceModel model, Options options) {
        this.model = model;
        this.options = options;
        this.graph = new Dependencies(model.proto().getGraph());
    }

    /** Reads and runs a model; rejects one that cannot be split, with the reason and a remedy. */
    public static SplittableNetwork read(SourceModel model, Options options) {
        return new NetworkReader(model, options).read();
    }

    private SplittableNetwork read() {
        String input = onlyInput();
        Set<String> depending = graph.dependingOn(input);
        List<String> outputs = model.proto().getGraph().getOutputList().stream()
                .map(ValueInfoProto::getName)
                .toList();
        if (options.output() != null && !outputs.contains(options.output())) {
            throw refused("it has no output '" + options.output() + "'", "Give --output one of " + outputs + ".");
        }
        List<String> candidates = options.output() == null ? outputs : List.of(options.output());
        Set<String> wanted = new LinkedHashSet<>(candidates);
        Map<String, List<NodeProto>> paths = new HashMap<>();
        for (String output : candidates) {
            List<NodeProto> path = path(depending, output);
            paths.put(output, path);
            wanted.addAll(CutPoints.of(path, depending, input, output));
            path.forEach(node -> wanted.addAll(MultiplyAdds.observed(node)));
        }
        for (NodeProto node : graph.order()) {
            if (!Dependencies.carriesValues(node)) {
                wanted.add(node.getInput(0));
            }
        }
        wanted.removeIf(
                name -> name.equals(input) || graph.initialisers().containsKey(name) || graph.producer(name) == null);
        Runs runs = run(input, wanted);
        String output = answer(candidates, runs);
        List<NodeProto> path = requireNonNull(paths.get(output), "path");
        refuseControlFlow(path);
        return network(input, output, path, depending, runs);
    }

    private String onlyInput() {
        if (graph.inputs().size() != 1) {
            throw refused(
                    "it has the inputs " + graph.inputs() + ", and an image is one",
                    "Export the part that takes the image alone, such as the image encoder of a model for images and text.");
        }
        return graph.inputs().iterator().next();
    }

    /** The nodes on the paths from the input to an output, in order. */
    private List<NodeProto> path(Set<String> depending, String output) {
        Set<String> reached = new HashSet<>(Set.of(output));
        List<NodeProto> path = new ArrayList<>();
        List<NodeProto> order = graph.order();
        for (int i = order.size() - 1; i >= 0; i--) {
            NodeProto node = order.get(i);
            if (Dependencies.carriesValues(node)
                    && node.getOutputList().stream().anyMatch(reached::contains)
                    && node.getOutputList().stream().anyMatch(depending::contains)) {
                path.add(0, node);
                Dependencies.taken(node).stream().filter(depending::contains).forEach(reached::add);
            }
        }
        return path;
    }

    private void refuseControlFlow(List<NodeProto> path) {
        for (NodeProto node : path) {
            if (CONTROL_FLOW.contains(node.getOpType())) {
                throw refused(
                        "its node '" + (node.getName().isEmpty() ? node.getOutput(0) : node.getName())
                                + "' is control flow (" + node.getOpType()
                                + "), and what runs then depends on the image",
                        "Export the model by tracing with a fixed input size, or simplify the graph, so that no "
                                + node.getOpType() + " is left.");
            }
        }
    }

    /**
     * Observations of runs.
     *
     * @param sides of the input, with the batch
     * @param type of the input
     * @param one run with one image or the fixed batch
     * @param two run with two images, empty if the batch is fixed
     */
    private record Runs(
            long[] sides, String type, Map<String, GraphProbe.Tensor> one, Map<String, GraphProbe.Tensor> two) {}

    private Runs run(String input, Set<String> wanted) {
        Path directory = null;
        try {
            directory = Files.createTempDirectory("featherwire-probe");
            Path file = directory.resolve("probe.onnx");
            ModelFiles.write(observing(wanted), model.directory(), file);
            try (GraphProbe probe = GraphProbe.open(file, GraphProbe.Optimisation.NONE)) {
                GraphProbe.Tensor declared = requireNonNull(probe.inputs().get(input), input);
                long[] sides = sides(declared);
                Map<String, GraphProbe.Tensor> one = run(probe, input, declared.type(), sides, wanted);
                Map<String, GraphProbe.Tensor> two = Map.of();
                if (declared.sides()[0] < 1) {
                    long[] doubled = sides.clone();
                    doubled[0] = 2;
                    try {
                        two = run(probe, input, declared.type(), doubled, wanted);
                    } catch (OnnxException e) {
                        // The file leaves the batch open, but the graph accepts only one image at a time.
                        two = Map.of();
                    }
                }
                return new Runs(sides, declared.type(), one, two);
            }
        } catch (OnnxException e) {
            throw new BundlerException(
                    "Cannot take the model " + model.name() + ": ONNX Runtime refuses it. " + e.getMessage(), e);
        } catch (IOException e) {
            throw new BundlerException("Cannot take the model " + model.name() + ": " + e.getMessage(), e);
        } finally {
            delete(directory);
        }
    }

    /** The model with exactly these tensors as outputs. */
    private ModelProto observing(Set<String> wanted) {
        GraphProto.Builder graph = model.proto().getGraph().toBuilder().clearOutput();
        Set<String> open = new LinkedHashSet<>(wanted);
        for (ValueInfoProto output : model.proto().getGraph().getOutputList()) {
            if (open.remove(output.getName())) {
                graph.addOutput(output);
            }
        }
        open.forEach(name -> graph.addOutput(ValueInfoProto.newBuilder().setName(name)));
        return model.proto().toBuilder().setGraph(graph).build();
    }

    private static Map<String, GraphProbe.Tensor> run(
            GraphProbe probe, String input, String type, long[] sides, Set<String> wanted) {
        GraphProbe.Tensor shape = new GraphProbe.Tensor(type, sides, new float[0]);
        float[] values = new float[Math.toIntExact(shape.count())];
        Random random = new Random(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = type.endsWith("INT8") ? random.nextInt(128) : random.nextFloat();
        }
        return probe.run(Map.of(input, new GraphProbe.Tensor(type, sides, values)), wanted, false);
    }

    /** The input's sides, open ones filled in. */
    private long[] sides(GraphProbe.Tensor declared) {
        long[] sides = declared.sides().clone();
        if (!Set.of("FLOAT", "FLOAT16", "UINT8").contains(declared.type())) {
            throw refused(
                    "its input is of type " + declared.type() + ", and an image is given as float, float16 or uint8",
                    "Export it with such an input.");
        }
        if (sides.length != 4) {
            throw refused(
                    "its input has " + sides.length + " sides, and an image has batch, channels, height and width",
                    "Export a model that takes images.");
        }
        boolean last = sides[3] == 3 && sides[1] != 3;
        int channels = last ? 3 : 1;
        if (sides[channels] > 0 && sides[channels] != 3) {
            throw refused(
                    "its input has " + sides[channels]
                            + " channels, and images are given as three, red, green and blue",
                    "Export it with three input channels.");
        }
        sides[0] = sides[0] < 1 ? 1 : sides[0];
        sides[channels] = 3;
        for (int side = last ? 1 : 2; side < (last ? 3 : 4); side++) {
            if (sides[side] < 1) {
                Integer open = options.inputSize() == null ? options.usualSize() : options.inputSize();
                if (open == null) {
                    throw refused(
                            "it takes images of any size",
                            "Give --input-size, the edge in pixels that it was trained for.");
                }
                sides[side] = open;
            } else if (options.inputSize() != null && options.inputSize() != sides[side]) {
                throw refused(
                        "it takes images of " + sides[side] + " pixels, not of the " + options.inputSize()
                                + " that --input-size says",
                        "Leave --input-size out.");
            }
        }
        int first = last ? 1 : 2;
        if (sides[first] != sides[first + 1]) {
            throw refused(
                    "it takes images of " + sides[first] + "x" + sides[first + 1]
                            + " pixels, and only squares are supported",
                    "Export it with a square input.");
        }
        return sides;
    }

    /** The output in use: the requested one, the only one, or the only vector. */
    private String answer(List<String> candidates, Runs runs) {
        List<String> vectors = candidates.stream()
                .filter(name -> runs.one().containsKey(name))
                .filter(name -> vector(requireNonNull(runs.one().get(name), name), runs))
                .toList();
        if (vectors.size() == 1) {
            return vectors.get(0);
        }
        if (options.anyOutput() && candidates.size() == 1 && runs.one().containsKey(candidates.get(0))) {
            return candidates.get(0);
        }
        if (vectors.isEmpty()) {
            StringBuilder shapes = new StringBuilder();
            candidates.forEach(name -> shapes.append(shapes.isEmpty() ? "" : ", ")
                    .append("'")
                    .append(name)
                    .append("' is ")
                    .append(
                            runs.one().containsKey(name)
                                    ? java.util.Arrays.toString(
                                            runs.one().get(name).sides())
                                    : "independent of the image"));
            throw refused(
                    "no output is one vector for each image: " + shapes,
                    "A detector or a segmenter has to be exported with its classifier, or without its last part so that the"
                            + " pooled feature is an output; --output chooses among several outputs.");
        }
        throw refused("several of its outputs are vectors: " + vectors, "Choose one with --output.");
    }

    private static boolean vector(GraphProbe.Tensor tensor, Runs runs) {
        long[] sides = tensor.sides();
        if (sides.length < 2 || sides[0] != runs.sides()[0]) {
            return false;
        }
        int wide = 0;
        for (int i = 1; i < sides.length; i++) {
            wide += sides[i] == 1 ? 0 : 1;
        }
        return wide <= 1;
    }

    private SplittableNetwork network(
            String input, String output, List<NodeProto> path, Set<String> depending, Runs runs) {
        Map<String, long[]> one = sides(runs.one());
        one.put(input, runs.sides());
        Map<String, long[]> two = sides(runs.two());
        if (!two.isEmpty()) {
            long[] doubled = runs.sides().clone();
            doubled[0] = 2;
            two.put(input, doubled);
        }
        MultiplyAdds counted = new MultiplyAdds(one, path);
        List<CutTensor> cuts = new ArrayList<>();
        for (String name : CutPoints.of(path, depending, input, output)) {
            GraphProbe.Tensor tensor = runs.one().get(name);
            NodeProto producer = graph.producer(name);
            if (tensor != null && producer != null) {
                CutTensor.Quantisation quantisation = QuantisedTensors.of(graph, name);
                cuts.add(new CutTensor(
                        name,
                        producer.getOpType(),
                        tensor.sides().length == 0 ? List.of() : CutTensor.withoutBatch(tensor.sides()),
                        tensor.type(),
                        quantisation,
                        counted.shareBefore(name),
                        refusal(tensor, two.get(name), runs, quantisation)));
            }
        }
        if (cuts.stream().noneMatch(CutTensor::usable)) {
            throw refused(
                    "no tensor alone separates its input '" + input + "' from its output '" + output + "'"
                            + (cuts.isEmpty()
                                    ? ""
                                    : " in a form that can be a feature: "
                                            + cuts.get(0).name() + " "
                                            + cuts.get(0).refusal()),
                    "Choose another output with --output, or export the backbone so that its pooled feature comes before the"
                            + " classifier.");
        }
        int fixed = runs.two().isEmpty() ? (int) runs.sides()[0] : 0;
        return new SplittableNetwork(
                model,
                new SplittableNetwork.Port(input, runs.type(), CutTensor.withoutBatch(runs.sides())),
                new SplittableNetwork.Port(
                        output,
                        requireNonNull(runs.one().get(output), output).type(),
                        CutTensor.withoutBatch(
                                requireNonNull(runs.one().get(output), output).sides())),
                cuts,
                fixed,
                counted.total() / runs.sides()[0],
                new SplittableNetwork.Observed(one, two));
    }

    private static @Nullable String refusal(
            GraphProbe.Tensor tensor,
            long @Nullable [] doubled,
            Runs runs,
            CutTensor.@Nullable Quantisation quantisation) {
        long[] sides = tensor.sides();
        if (sides.length < 2 || sides[0] != runs.sides()[0] || doubled != null && doubled[0] != 2) {
            return "does not have the batch as its first side";
        }
        for (int i = 1; doubled != null && i < sides.length; i++) {
            if (doubled[i] != sides[i]) {
                return "has the batch in several of its sides";
            }
        }
        if (Set.of("FLOAT", "FLOAT16").contains(tensor.type())) {
            return null;
        }
        if (Set.of("UINT8", "INT8").contains(tensor.type())) {
            return quantisation == null ? "holds integers of no known scale" : null;
        }
        return "is of type " + tensor.type();
    }

    private static Map<String, long[]> sides(Map<String, GraphProbe.Tensor> tensors) {
        Map<String, long[]> sides = new HashMap<>();
        tensors.forEach((name, tensor) -> sides.put(name, tensor.sides()));
        return sides;
    }

    private BundlerException refused(String why, String remedy) {
        return new BundlerException("Cannot take the model " + model.name() + ": " + why + ". " + remedy);
    }

    private static void delete(@Nullable Path directory) {
        if (directory == null) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            directory.toFile().deleteOnExit();
        }
    }
}
