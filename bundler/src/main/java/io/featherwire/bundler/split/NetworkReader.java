package io.featherwire.bundler.split;

import static java.util.Objects.requireNonNull;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.featherwire.codec.onnx.GraphProbe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the cut tensors of a model. Paths are read from the graph; shapes are observed in test runs, because a file may
 * declare wrong ones.
 */
public final class NetworkReader {

    /**
     * The choices that the file may leave open.
     *
     * @param output the name of the output, null for the only output, or the only vector among them
     * @param inputSize the edge in pixels, null if the file fixes it
     * @param defaultSize the edge in pixels if neither the file nor {@code inputSize} defines it, null if unknown
     * @param anyOutput whether an output that is not a vector is allowed, which suffices for listing cut tensors
     */
    public record Options(
            @Nullable String output, @Nullable Integer inputSize, @Nullable Integer defaultSize, boolean anyOutput) {
        public static final Options DEFAULT = new Options(null, null);

        public Options(@Nullable String output, @Nullable Integer inputSize) {
            this(output, inputSize, null, false);
        }

        public Options withDefaultSize(OptionalInt size) {
            return new Options(output, inputSize, size.isPresent() ? (Integer) size.getAsInt() : null, anyOutput);
        }

        public Options withAnyOutput(boolean other) {
            return new Options(output, inputSize, defaultSize, other);
        }
    }

    private static final Set<String> CONTROL_FLOW = Set.of("If", "Loop", "Scan");

    private final SourceModel model;
    private final Options options;
    private final GraphEdges graph;

    private NetworkReader(SourceModel model, Options options) {
        this.model = model;
        this.options = options;
        this.graph = new GraphEdges(model.proto().getGraph());
    }

    /**
     * Reads a model and runs it for its shapes. A model that cannot be split is rejected with the reason and a remedy.
     */
    public static SplittableNetwork read(SourceModel model, Options options) {
        return new NetworkReader(model, options).read();
    }

    private SplittableNetwork read() {
        String input = requireOneInput();
        Set<String> depending = graph.dependingOn(input);
        List<String> outputs = model.proto().getGraph().getOutputList().stream()
                .map(ValueInfoProto::getName)
                .toList();
        if (options.output() != null && !outputs.contains(options.output())) {
            throw model.rejection(
                    "it has no output '" + options.output() + "'", "Give --output one of " + outputs + ".");
        }
        List<String> candidates = options.output() == null ? outputs : List.of(options.output());
        Set<String> wanted = new LinkedHashSet<>(candidates);
        Map<String, List<NodeProto>> paths = new HashMap<>();
        for (String output : candidates) {
            List<NodeProto> path = findPath(depending, output);
            paths.put(output, path);
            wanted.addAll(CutPoints.find(path, depending, input, output));
            path.forEach(node -> wanted.addAll(MultiplyAdds.tensorsToObserve(node)));
        }
        for (NodeProto node : graph.order()) {
            if (!GraphEdges.carriesValues(node)) {
                wanted.add(node.getInput(0));
            }
        }
        wanted.removeIf(
                name -> name.equals(input) || graph.initialisers().containsKey(name) || graph.producer(name) == null);
        ProbeRuns runs = ProbeRuns.of(model, options, input, wanted);
        String output = chooseOutput(candidates, runs);
        List<NodeProto> path = requireNonNull(paths.get(output), "path");
        rejectControlFlow(path);
        return buildNetwork(input, output, path, depending, runs);
    }

    private String requireOneInput() {
        if (graph.inputs().size() != 1) {
            throw model.rejection(
                    "it has the inputs " + graph.inputs() + ", but must have one for the image",
                    "Export the part that takes only the image, such as the image encoder of a model for images and text.");
        }
        return graph.inputs().iterator().next();
    }

    /** Returns the nodes on the paths from the input to an output, in order. */
    private List<NodeProto> findPath(Set<String> depending, String output) {
        Set<String> reached = new HashSet<>(Set.of(output));
        List<NodeProto> path = new ArrayList<>();
        List<NodeProto> order = graph.order();
        for (int i = order.size() - 1; i >= 0; i--) {
            NodeProto node = order.get(i);
            if (GraphEdges.carriesValues(node)
                    && node.getOutputList().stream().anyMatch(reached::contains)
                    && node.getOutputList().stream().anyMatch(depending::contains)) {
                path.add(0, node);
                GraphEdges.inputsOf(node).stream().filter(depending::contains).forEach(reached::add);
            }
        }
        return path;
    }

    private void rejectControlFlow(List<NodeProto> path) {
        for (NodeProto node : path) {
            if (CONTROL_FLOW.contains(node.getOpType())) {
                throw model.rejection(
                        "its node '" + (node.getName().isEmpty() ? node.getOutput(0) : node.getName())
                                + "' is control flow (" + node.getOpType()
                                + "), so that the nodes that run depend on the image",
                        "Export the model by tracing with a fixed input size, or simplify the graph, so that no "
                                + node.getOpType() + " is left.");
            }
        }
    }

    /** Returns the name of the output in use: the requested output, the only output, or the only vector. */
    private String chooseOutput(List<String> candidates, ProbeRuns runs) {
        List<String> vectors = candidates.stream()
                .filter(name -> runs.one().containsKey(name))
                .filter(name -> runs.isVector(requireNonNull(runs.one().get(name), name)))
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
                                    ? Arrays.toString(runs.one().get(name).sides())
                                    : "independent of the image"));
            throw model.rejection(
                    "no output is one vector per image: " + shapes,
                    "A detector or a segmenter has to be exported with its classifier, or without its last part so that the"
                            + " pooled feature is an output; --output chooses among several outputs.");
        }
        throw model.rejection("several of its outputs are vectors: " + vectors, "Choose one with --output.");
    }

    private SplittableNetwork buildNetwork(
            String input, String output, List<NodeProto> path, Set<String> depending, ProbeRuns runs) {
        SplittableNetwork.ObservedShapes shapes = runs.observedShapes(input);
        MultiplyAdds counted = new MultiplyAdds(shapes.one(), path);
        List<CutTensor> cuts = new ArrayList<>();
        for (String name : CutPoints.find(path, depending, input, output)) {
            GraphProbe.Tensor tensor = runs.one().get(name);
            NodeProto producer = graph.producer(name);
            if (tensor != null && producer != null) {
                CutTensor.Quantisation quantisation = QuantisedTensors.quantisationOf(graph, name);
                cuts.add(CutTensorBuilder.builder()
                        .name(name)
                        .operator(producer.getOpType())
                        .sides(tensor.sides().length == 0 ? List.of() : CutTensor.withoutBatch(tensor.sides()))
                        .type(tensor.type())
                        .share(counted.shareBefore(name))
                        .quantisation(quantisation)
                        .refusal(runs.refusal(name, tensor, quantisation))
                        .build());
            }
        }
        if (cuts.stream().noneMatch(CutTensor::isUsable)) {
            throw model.rejection(
                    cuts.isEmpty()
                            ? "no tensor alone separates its input '" + input + "' from its output '" + output + "'"
                            : "of the tensors that separate its input '" + input + "' from its output '" + output
                                    + "', none can be the feature: "
                                    + cuts.get(0).name() + " "
                                    + cuts.get(0).refusal(),
                    "Choose another output with --output, or export the backbone so that its pooled feature comes before the"
                            + " classifier.");
        }
        return SplittableNetworkBuilder.builder()
                .source(model)
                .input(new SplittableNetwork.Port(input, runs.type(), CutTensor.withoutBatch(runs.sides())))
                .output(new SplittableNetwork.Port(
                        output,
                        requireNonNull(runs.one().get(output), output).type(),
                        CutTensor.withoutBatch(
                                requireNonNull(runs.one().get(output), output).sides())))
                .cuts(cuts)
                .fixedBatch(runs.fixedBatch())
                .multiplyAdds(counted.total() / runs.sides()[0])
                .observed(shapes)
                .build();
    }
}
