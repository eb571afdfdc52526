package io.featherwire.bundler.head;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.featherwire.bundler.BundlerException;
import io.featherwire.bundler.assembly.HeadAdapter;
import io.featherwire.bundler.split.SourceModel;
import io.featherwire.codec.HeadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.bundle.HeadKind;
import io.featherwire.codec.bundle.HeadManifest;
import io.featherwire.codec.bundle.HeadManifestBuilder;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxException;
import io.featherwire.codec.onnx.OnnxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Creates a head from the user's own graph, which is run once as a check. */
public final class HeadImport {

    /**
     * The head that the user describes.
     *
     * @param name the name of the head
     * @param classes the names of classes or quantities; empty for an embedding
     * @param threshold the threshold of every class of a multi-label head
     * @param normalised whether an embedding is normalised to length 1
     */
    public record Description(String name, HeadKind kind, List<String> classes, double threshold, boolean normalised) {}

    private HeadImport() {}

    /**
     * Writes the head's directory.
     *
     * @param graph the ONNX file of a graph with one input, which takes a feature, and one output
     * @param out the head's directory, which must not exist or be empty
     * @throws BundlerException if the graph cannot be run or does not match the description
     */
    public static Head run(Bundle bundle, Path graph, Description description, Path out)
            throws IOException, BundleException {
        HeadCreation.requireNoFiles(out);
        boolean named = description.kind() != HeadKind.EMBEDDING;
        if (named == description.classes().isEmpty()) {
            throw rejection(
                    graph,
                    named
                            ? "its " + (description.kind() == HeadKind.REGRESSION ? "quantities" : "classes")
                                    + " have no names. Give --classes a file with one name per line."
                            : "the values of an embedding have no names. Leave --classes out.");
        }
        ModelProto adapted = adapt(bundle, graph, description);
        Path parent = out.toAbsolutePath().getParent();
        Files.createDirectories(parent);
        Path unfinished = Files.createTempDirectory(parent, ".head-");
        try {
            Files.write(unfinished.resolve(Head.MODEL), adapted.toByteArray());
            Head head = Head.write(unfinished, manifest(bundle, graph, description, adapted));
            testRun(head, bundle, graph);
            HeadCreation.publish(unfinished, out);
        } catch (IllegalArgumentException | OnnxException | ArithmeticException e) {
            throw new BundlerException("Cannot make a head of " + graph + ": " + e.getMessage(), e);
        } finally {
            HeadCreation.delete(unfinished);
        }
        return Head.load(out);
    }

    private static ModelProto adapt(Bundle bundle, Path graph, Description description) {
        ModelProto model = SourceModel.read(graph).proto();
        if (model.getGraph().getInitializerList().stream()
                .anyMatch(tensor -> tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL)) {
            throw rejection(graph, "its weights are in another file. Export it as one file.");
        }
        try {
            return HeadAdapter.adapt(
                    model,
                    bundle.manifest().featureShape(),
                    description.kind(),
                    description.classes().size());
        } catch (BundlerException e) {
            throw rejection(graph, String.valueOf(e.getMessage()));
        }
    }

    private static BundlerException rejection(Path graph, String why) {
        return new BundlerException("Cannot make a head of " + graph + ": " + why);
    }

    private static HeadManifest manifest(Bundle bundle, Path graph, Description description, ModelProto adapted) {
        Map<String, Object> provenance =
                Map.of("source", "imported from " + graph.toAbsolutePath().getFileName());
        if (description.kind() == HeadKind.CLASSIFICATION) {
            return HeadManifest.classification(
                    description.name(),
                    bundle.fingerprint(),
                    bundle.manifest().featureShape(),
                    description.classes(),
                    Head.MODEL,
                    provenance);
        }
        boolean embedding = description.kind() == HeadKind.EMBEDDING;
        return HeadManifestBuilder.builder()
                .formatVersion(HeadManifest.FORMAT_VERSION)
                .name(description.name())
                .kind(description.kind())
                .trunk(bundle.fingerprint().hex())
                .featureShape(bundle.manifest().featureShape())
                .classes(description.classes())
                .model(Head.MODEL)
                .thresholds(
                        description.kind() == HeadKind.MULTI_LABEL
                                ? Collections.nCopies(description.classes().size(), description.threshold())
                                : null)
                .dimensions(embedding ? dimensions(graph, adapted) : null)
                .normalised(embedding ? description.normalised() : null)
                .provenance(provenance)
                .build();
    }

    private static int dimensions(Path graph, ModelProto adapted) {
        long dimensions = adapted.getGraph()
                .getOutput(0)
                .getType()
                .getTensorType()
                .getShape()
                .getDim(1)
                .getDimValue();
        if (dimensions > HeadManifest.MAX_VALUES) {
            throw rejection(graph, "an embedding has at most " + HeadManifest.MAX_VALUES + " values.");
        }
        return (int) dimensions;
    }

    /** Runs two features in one batch, to detect a graph whose batch size is fixed at 1. */
    private static void testRun(Head head, Bundle bundle, Path graph) throws BundleException {
        Random random = new Random(1);
        float[] feature = new float[bundle.manifest().featureShape().values()];
        for (int i = 0; i < feature.length; i++) {
            feature[i] = (float) random.nextGaussian();
        }
        try (HeadClassifier classifier = HeadClassifier.open(head, bundle, Device.CPU, 2, OnnxOptions.DEFAULT)) {
            int predictions = classifier.predict(List.of(feature, feature)).size();
            if (predictions != 2) {
                throw new BundlerException("Cannot make a head of " + graph + ": it returns " + predictions
                        + " predictions for two features");
            }
        }
    }
}
