package io.featherwire.codec.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A directory with a further head for the features of a bundle; each file matches its hash in the manifest. */
public final class Head {

    /** The manifest's file name. */
    public static final String MANIFEST = "head.json";

    /** The usual file name of the graph. */
    public static final String MODEL = "head.onnx";

    private final Path directory;
    private final HeadManifest manifest;
    private final Fingerprint fingerprint;

    private Head(Path directory, HeadManifest manifest, Fingerprint fingerprint) {
        this.directory = directory;
        this.manifest = manifest;
        this.fingerprint = fingerprint;
    }

    /** Reads the manifest, and checks the hash of every file that it names. */
    public static Head load(Path directory) throws BundleException {
        Path file = directory.resolve(MANIFEST);
        JsonNode tree = ManifestFiles.readTree(file, "head");
        HeadManifest manifest = ManifestFiles.parseManifest(
                file, tree, HeadManifest.class, HeadManifest.OLDEST_FORMAT_VERSION, HeadManifest.FORMAT_VERSION);
        if (!manifest.files().containsKey(manifest.model())) {
            throw new BundleException(file + " has no hash of the file " + manifest.model());
        }
        for (Map.Entry<String, String> named : manifest.files().entrySet()) {
            String actual = ManifestFiles.hashFile(directory, named.getKey(), MANIFEST);
            if (!actual.equals(named.getValue())) {
                throw new BundleException(directory.resolve(named.getKey())
                        + " is not the file of this head: SHA-256 is " + actual + ", the manifest says "
                        + named.getValue());
            }
        }
        return new Head(directory, manifest, ManifestJson.fingerprint(tree));
    }

    /**
     * Hashes the graph and the other files that the draft names, writes {@code head.json} by an atomic rename, and
     * loads the head.
     *
     * @param directory the directory that already holds the files
     * @param draft the manifest; its hashes may be missing or old
     */
    public static Head write(Path directory, HeadManifest draft) throws BundleException {
        Map<String, String> hashes = new TreeMap<>();
        TreeSet<String> names = new TreeSet<>(draft.files().keySet());
        names.add(draft.model());
        for (String name : names) {
            hashes.put(name, ManifestFiles.hashFile(directory, name, MANIFEST));
        }
        ManifestFiles.write(directory, MANIFEST, draft.withFiles(hashes));
        return load(directory);
    }

    /**
     * Returns the heads of a bundle in a directory of heads, in the order of their paths; heads that cannot be read are
     * skipped.
     *
     * @throws BundleException if the directory cannot be read
     */
    public static List<Head> of(Bundle bundle, Path parent) throws BundleException {
        List<Head> heads = new ArrayList<>();
        try (Stream<Path> children = Files.list(parent)) {
            for (Path child : children.sorted().toList()) {
                try {
                    Head head = load(child);
                    if (head.bundleFingerprint().equals(bundle.fingerprint())) {
                        heads.add(head);
                    }
                } catch (BundleException e) {
                    // This is no head, or a head that cannot be used. The code that runs heads reports it.
                }
            }
        } catch (IOException e) {
            throw new BundleException("the directory of heads " + parent + " cannot be read: " + e.getMessage(), e);
        }
        return heads;
    }

    public Path directory() {
        return directory;
    }

    public HeadManifest manifest() {
        return manifest;
    }

    /** Returns the first 8 bytes of the SHA-256 of the canonical manifest. */
    public Fingerprint fingerprint() {
        return fingerprint;
    }

    /** Returns the fingerprint of the bundle whose payloads this head classifies. */
    public Fingerprint bundleFingerprint() {
        return Fingerprint.parse(manifest.trunk());
    }

    /** Returns the path of the graph. */
    public Path model() {
        return directory.resolve(manifest.model());
    }

    /**
     * Checks that this head was made for a bundle.
     *
     * @throws BundleException if it was made for another bundle
     */
    public void checkBundle(Bundle bundle) throws BundleException {
        if (!bundleFingerprint().equals(bundle.fingerprint())) {
            throw new BundleException("head " + this + " is for bundle " + manifest.trunk() + ", not for " + bundle
                    + ": train one for this bundle");
        }
        if (!manifest.featureShape().equals(bundle.manifest().featureShape())) {
            throw new BundleException(
                    "head " + this + " takes features " + manifest.featureShape() + ", those of bundle " + bundle
                            + " are " + bundle.manifest().featureShape());
        }
    }

    @Override
    public String toString() {
        return manifest.name() + " (" + fingerprint + ")";
    }
}
