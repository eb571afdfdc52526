package io.featherwire.bundler.head;

import io.featherwire.bundler.BundlerException;
import io.featherwire.codec.HeadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.bundle.HeadKind;
import io.featherwire.codec.bundle.HeadManifest;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxException;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.onnx.OnnxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Makes a head of somebody's own graph, which it runs once before it says that there is one. */
public final class HeadImport {

    /**
     * What the graph is.
     *
     * @param name of the head
     * @param classes names of classes or quantities; empty for an embedding
     * @param threshold of every class of a multi-label head
     * @param normalised whether an embedding is taken to length 1
     */
    public record Description(String name, HeadKind kind, List<String> classes, double threshold, boolean normalised) {}

    private HeadImport() {}

    /**
     * Writes the head's directory.
     *
     * @param graph {@code feature} to {@code logits} or {@code values}, in one file
     * @param out must not be there yet
     * @throws BundlerException if the graph cannot be run, or is not what the description says
     */
    public static Head run(Bundle bundle, Path graph, Description description, Path out)
            throws IOException, BundleException {
        HeadCreation.checkOut(out);
        if (!Files.isRegularFile(graph)) {
            throw new BundlerException("Cannot make a head: there is no file " + graph);
        }
        Path parent = out.toAbsolutePath().getParent();
        Files.createDirectories(parent);
        Path unfinished = Files.createTempDirectory(parent, ".head-");
        try {
            Files.copy(graph, unfinished.resolve(Head.MODEL));
            Head head = Head.write(unfinished, manifest(bundle, graph, description));
            tryOut(head, bundle, graph);
            HeadCreation.publish(unfinished, out);
        } catch (IllegalArgumentException | OnnxException | ArithmeticException e) {
            throw new BundlerException("Cannot make a head of " + graph + ": " + e.getMessage(), e);
        } finally {
            HeadCreation.delete(unfinished);
        }
        return Head.load(out);
    }

    private static HeadManifest manifest(Bundle bundle, Path graph, Description description) {
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
        return new HeadManifest(
                HeadManifest.FORMAT_VERSION,
                description.name(),
                description.kind(),
                bundle.fingerprint().hex(),
                bundle.manifest().featureShape(),
                description.classes(),
                description.kind() == HeadKind.MULTI_LABEL
                        ? Collections.nCopies(description.classes().size(), description.threshold())
                        : null,
                embedding ? dimensions(graph) : null,
                embedding ? description.normalised() : null,
                Head.MODEL,
                provenance,
                null);
    }

    private static @Nullable Integer dimensions(Path graph) {
        try (OnnxModel model = OnnxModel.open(graph, Device.CPU, OnnxOptions.DEFAULT)) {
            String output = HeadKind.EMBEDDING.output();
            if (!model.outputNames().contains(output)) {
                throw new BundlerException("Cannot make a head of " + graph + ": its outputs are " + model.outputNames()
                        + ", an embedding's must be called " + output);
            }
            long[] shape = model.outputShape(output);
            if (shape.length != 2 || shape[1] < 1 || shape[1] > HeadManifest.MOST_VALUES) {
                throw new BundlerException("Cannot make a head of " + graph + ": an embedding must be [N, 1 to "
                        + HeadManifest.MOST_VALUES + "], with the second side written in the graph");
            }
            return (int) shape[1];
        }
    }

    /** Two features at once, so that a graph for a batch of one shows. */
    private static void tryOut(Head head, Bundle bundle, Path graph) throws BundleException {
        Random random = new Random(1);
        float[] feature = new float[bundle.manifest().featureShape().values()];
        for (int i = 0; i < feature.length; i++) {
            feature[i] = (float) random.nextGaussian();
        }
        try (HeadClassifier classifier = HeadClassifier.open(head, bundle, Device.CPU, 2, OnnxOptions.DEFAULT)) {
            int answers = classifier.answer(List.of(feature, feature)).size();
            if (answers != 2) {
                throw new BundlerException(
                        "Cannot make a head of " + graph + ": it gave " + answers + " answers for two features");
            }
        }
    }
}
