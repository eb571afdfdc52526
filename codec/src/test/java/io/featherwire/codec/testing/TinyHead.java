package io.featherwire.codec.testing;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.bundle.HeadManifest;
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
        return new HeadManifest(
                HeadManifest.FORMAT_VERSION,
                name,
                HeadManifest.CLASSIFICATION,
                bundle.fingerprint().hex(),
                bundle.manifest().featureShape(),
                CLASSES,
                Head.MODEL,
                Map.of("source", "test"),
                null);
    }
}
