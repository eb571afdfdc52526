package io.featherwire.codec.testing;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.bundle.HeadKind;
import io.featherwire.codec.bundle.HeadManifest;
import io.featherwire.codec.bundle.HeadManifestBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A further head for {@link TinyBundle}, with the graph of its own head and other names: warm, fresh, cold. */
public final class TinyHead {

    public static final List<String> CLASSES = List.of("warm", "fresh", "cold");

    private TinyHead() {}

    public static Head write(Path directory, Bundle bundle, String name) throws IOException, BundleException {
        Files.createDirectories(directory);
        Files.copy(bundle.file(bundle.manifest().models().head()), directory.resolve(Head.MODEL));
        return Head.write(directory, manifest(bundle, name));
    }

    public static HeadManifest manifest(Bundle bundle, String name) {
        return HeadManifest.classification(
                name,
                bundle.fingerprint(),
                bundle.manifest().featureShape(),
                CLASSES,
                Head.MODEL,
                Map.of("source", "test"));
    }

    /**
     * Writes a head of any kind: the mean of each channel is a logit, a quantity, or a component of a normalised
     * embedding.
     */
    public static Head write(Path directory, Bundle bundle, String name, HeadKind kind)
            throws IOException, BundleException {
        Files.createDirectories(directory);
        new TinyGraph()
                .input("feature", bundle.manifest().featureShape().sides())
                .output(kind.outputName(), 3)
                .node("GlobalAveragePool", List.of("feature"), "mean")
                .node("Flatten", List.of("mean"), kind.outputName())
                .write(directory.resolve(Head.MODEL));
        boolean embedding = kind == HeadKind.EMBEDDING;
        return Head.write(
                directory,
                HeadManifestBuilder.builder()
                        .formatVersion(HeadManifest.FORMAT_VERSION)
                        .name(name)
                        .kind(kind)
                        .trunk(bundle.fingerprint().hex())
                        .featureShape(bundle.manifest().featureShape())
                        .classes(embedding ? List.of() : CLASSES)
                        .model(Head.MODEL)
                        .thresholds(kind == HeadKind.MULTI_LABEL ? List.of(0.6, 0.6, 0.6) : null)
                        .dimensions(embedding ? 3 : null)
                        .normalised(embedding ? true : null)
                        .provenance(Map.of("source", "test"))
                        .build());
    }
}
