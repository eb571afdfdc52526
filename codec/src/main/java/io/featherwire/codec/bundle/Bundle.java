package io.featherwire.codec.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import io.featherwire.codec.payload.CodeFormat;
import io.featherwire.codec.payload.EntropyTables;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A directory of models and tables in which each file matches its hash in the manifest. */
public final class Bundle {

    /** The manifest's file name. */
    public static final String MANIFEST = "bundle.json";

    /** The usual file name of the entropy tables. */
    public static final String TABLES = "entropy.bin";

    /** The usual file name of the Fisher graph, see {@link io.featherwire.codec.payload.FisherWeight}. */
    public static final String FISHER = "answer.onnx";

    private static final int MAX_TABLES_BYTES = 64 << 20;

    private final Path directory;
    private final BundleManifest manifest;
    private final Fingerprint fingerprint;
    private final @Nullable EntropyTables tables;

    private Bundle(Path directory, BundleManifest manifest, Fingerprint fingerprint, @Nullable EntropyTables tables) {
        this.directory = directory;
        this.manifest = manifest;
        this.fingerprint = fingerprint;
        this.tables = tables;
    }

    /** Reads the manifest, checks the hash of every file that it names, and reads the entropy tables. */
    public static Bundle load(Path directory) throws BundleException {
        Path file = directory.resolve(MANIFEST);
        JsonNode tree = ManifestFiles.readTree(file, "bundle");
        BundleManifest manifest = ManifestFiles.parseManifest(
                file, tree, BundleManifest.class, BundleManifest.OLDEST_FORMAT_VERSION, BundleManifest.FORMAT_VERSION);
        verify(directory, manifest);
        return new Bundle(directory, manifest, ManifestJson.fingerprint(tree), readTables(directory, manifest));
    }

    private static void verify(Path directory, BundleManifest manifest) throws BundleException {
        for (String name : manifest.fileNames()) {
            String expected = manifest.files().get(name);
            if (expected == null) {
                throw new BundleException(directory.resolve(MANIFEST) + " has no hash of the file " + name);
            }
            String actual = ManifestFiles.hashFile(directory, name, MANIFEST);
            if (!actual.equals(expected)) {
                throw new BundleException(directory.resolve(name) + " is not the file of this bundle: SHA-256 is "
                        + actual + ", the manifest says " + expected);
            }
        }
    }

    /** Returns by file name the SHA-256, in hexadecimal, of every file that the manifest names. */
    static Map<String, String> hashes(Path directory, BundleManifest manifest) throws BundleException {
        Map<String, String> hashes = new TreeMap<>();
        for (String name : manifest.fileNames()) {
            hashes.put(name, ManifestFiles.hashFile(directory, name, MANIFEST));
        }
        return hashes;
    }

    private static @Nullable EntropyTables readTables(Path directory, BundleManifest manifest) throws BundleException {
        if (manifest.tables() == null) {
            return null;
        }
        Path file = directory.resolve(manifest.tables());
        try {
            if (Files.size(file) > MAX_TABLES_BYTES) {
                throw new BundleException(file + " is larger than " + MAX_TABLES_BYTES + " bytes");
            }
            EntropyTables tables = EntropyTables.parse(Files.readAllBytes(file));
            if (!tables.shape().equals(manifest.codeShape())) {
                throw new BundleException(
                        file + " is for codes " + tables.shape() + ", the bundle's are " + manifest.codeShape());
            }
            return tables;
        } catch (IOException e) {
            throw new BundleException(file + " cannot be read: " + e.getMessage(), e);
        } catch (PayloadException e) {
            throw new BundleException(file + " does not hold entropy tables: " + e.getMessage(), e);
        }
    }

    public Path directory() {
        return directory;
    }

    public BundleManifest manifest() {
        return manifest;
    }

    public Fingerprint fingerprint() {
        return fingerprint;
    }

    /** Returns the entropy tables, or null if the bundle has none. */
    public @Nullable EntropyTables tables() {
        return tables;
    }

    /** Returns the format in which this bundle's codes become payloads. */
    public CodeFormat codeFormat() {
        return new CodeFormat(manifest.codeShape(), manifest.quantisers(), tables);
    }

    /** Returns a codec for this bundle's payloads. */
    public PayloadCodec payloadCodec() {
        return PayloadCodec.of(codeFormat());
    }

    /** Returns the path of a file that the manifest names. */
    public Path file(String name) {
        if (!manifest.fileNames().contains(name)) {
            throw new IllegalArgumentException("bundle '" + manifest.name() + "' names no file '" + name + "'");
        }
        return directory.resolve(name);
    }

    @Override
    public String toString() {
        return manifest.name() + " (" + fingerprint + ")";
    }
}
