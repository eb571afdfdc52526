package io.featherwire.bundler.split;

import static java.util.Objects.requireNonNull;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.featherwire.bundler.BundlerException;
import io.featherwire.codec.onnx.GraphProbe;
import io.featherwire.codec.onnx.OnnxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a model as test runs computed them, since a file may declare no shapes or wrong shapes.
 *
 * @param sides the shape of the input, with the batch
 * @param type the element type of the input
 * @param one the tensors of a run with one image, or with the fixed batch
 * @param two the tensors of a run with two images, empty if the batch is fixed
 */
record ProbeRuns(long[] sides, String type, Map<String, GraphProbe.Tensor> one, Map<String, GraphProbe.Tensor> two) {

    /**
     * Runs a model with random images.
     *
     * @param input the name of the only input
     * @param wanted the tensors to observe
     * @throws BundlerException if the model takes no images, or the runtime refuses it
     */
    static ProbeRuns of(SourceModel model, NetworkReader.Options options, String input, Set<String> wanted) {
        Path directory = null;
        try {
            directory = Files.createTempDirectory("featherwire-probe");
            Path file = directory.resolve("probe.onnx");
            ModelWriter.write(withOutputs(model, wanted), model.directory(), file);
            try (GraphProbe probe = GraphProbe.open(file, GraphProbe.Optimisation.NONE)) {
                GraphProbe.Tensor declared = requireNonNull(probe.inputs().get(input), input);
                long[] sides = InputDimensions.resolve(declared, model, options);
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
                return new ProbeRuns(sides, declared.type(), one, two);
            }
        } catch (OnnxException e) {
            throw new BundlerException(
                    "Cannot use the model " + model.name() + ": ONNX Runtime refuses it. " + e.getMessage(), e);
        } catch (IOException e) {
            throw new BundlerException("Cannot use the model " + model.name() + ": " + e.getMessage(), e);
        } finally {
            delete(directory);
        }
    }

    /** Returns the model with exactly these tensors as outputs. */
    private static ModelProto withOutputs(SourceModel model, Set<String> wanted) {
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

    /** Returns whether a tensor is one vector per image. */
    boolean isVector(GraphProbe.Tensor tensor) {
        long[] its = tensor.sides();
        if (its.length < 2 || its[0] != this.sides[0]) {
            return false;
        }
        int wide = 0;
        for (int i = 1; i < its.length; i++) {
            wide += its[i] == 1 ? 0 : 1;
        }
        return wide <= 1;
    }

    /** Returns why a tensor cannot be a feature, null if it can. */
    @Nullable
    String refusal(String name, GraphProbe.Tensor tensor, CutTensor.@Nullable Quantisation quantisation) {
        long[] its = tensor.sides();
        GraphProbe.Tensor ofTwo = two.get(name);
        long[] doubled = ofTwo == null ? null : ofTwo.sides();
        if (its.length < 2 || its[0] != sides[0] || doubled != null && doubled[0] != 2) {
            return "does not have the batch as its first side";
        }
        for (int i = 1; doubled != null && i < its.length; i++) {
            if (doubled[i] != its[i]) {
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

    /** Returns the shapes by tensor, including the input's. */
    SplittableNetwork.ObservedShapes observedShapes(String input) {
        Map<String, long[]> ofOne = observedShapes(one);
        ofOne.put(input, sides);
        Map<String, long[]> ofTwo = observedShapes(two);
        if (!ofTwo.isEmpty()) {
            long[] doubled = sides.clone();
            doubled[0] = 2;
            ofTwo.put(input, doubled);
        }
        return new SplittableNetwork.ObservedShapes(ofOne, ofTwo);
    }

    /** Returns the number of images of one run, 0 for any number. */
    int fixedBatch() {
        return two.isEmpty() ? (int) sides[0] : 0;
    }

    private static Map<String, long[]> observedShapes(Map<String, GraphProbe.Tensor> tensors) {
        Map<String, long[]> shapes = new HashMap<>();
        tensors.forEach((name, tensor) -> shapes.put(name, tensor.sides()));
        return shapes;
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
