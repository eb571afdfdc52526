package io.featherwire.codec.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import io.featherwire.codec.payload.EntropyTables;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A directory of models and tables whose every file matches its manifest. */
public final class Bundle {

    /** The manifest's file name. */
    public static final String MANIFEST = "bundle.json";

    /** The entropy tables' file name by custom. */
    public static final String TABLES = "entropy.bin";

    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");
    private static final int MAX_MANIFEST_BYTES = 4 << 20;
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

    /** Reads the manifest, hashes every file that it names, reads the entropy tables. */
    public static Bundle load(Path directory) throws BundleException {
        Path file = directory.resolve(MANIFEST);
        JsonNode tree = readTree(file);
        BundleManifest manifest = readManifest(file, tree);
        verify(directory, manifest);
        return new Bundle(directory, manifest, ManifestJson.fingerprint(tree), readTables(directory, manifest));
    }

    private static JsonNode readTree(Path file) throws BundleException {
        if (!Files.isRegularFile(file)) {
            throw new BundleException("no bundle at " + file.getParent() + ": it has no " + MANIFEST);
        }
        try {
            if (Files.size(file) > MAX_MANIFEST_BYTES) {
                throw new BundleException(file + " is larger than " + MAX_MANIFEST_BYTES + " bytes");
            }
            JsonNode tree = ManifestJson.tree(Files.readAllBytes(file));
            if (!tree.isObject()) {
                throw new BundleException(file + " is not a JSON object");
            }
            return tree;
        } catch (IOException e) {
            throw new BundleException(file + " cannot be read as JSON: " + e.getMessage(), e);
        }
    }

    private static BundleManifest readManifest(Path file, JsonNode tree) throws BundleException {
        JsonNode version = tree.get("formatVersion");
        if (version == null || !version.isInt() || !BundleManifest.reads(version.intValue())) {
            throw new BundleException(file + " has format version " + version + ", this release reads versions "
                    + BundleManifest.OLDEST_FORMAT_VERSION + " to " + BundleManifest.FORMAT_VERSION);
        }
        try {
            return ManifestJson.manifest(tree);
        } catch (IOException e) {
            throw new BundleException(file + " is not a valid manifest: " + e.getMessage(), e);
        }
    }

    private static void verify(Path directory, BundleManifest manifest) throws BundleException {
        for (String name : manifest.fileNames()) {
            String expected = manifest.files().get(name);
            if (expected == null) {
                throw new BundleException(directory.resolve(MANIFEST) + " has no hash of the file " + name);
            }
            String actual = hash(directory, name);
            if (!actual.equals(expected)) {
                throw new BundleException(directory.resolve(name) + " is not the file of this bundle: SHA-256 is "
                        + actual + ", the manifest says " + expected);
            }
        }
    }

    /** SHA-256 in hexadecimal of every file that the manifest names. */
    static Map<String, String> hashes(Path directory, BundleManifest manifest) throws BundleException {
        Map<String, String> hashes = new TreeMap<>();
        for (String name : manifest.fileNames()) {
            hashes.put(name, hash(directory, name));
        }
        return hashes;
    }

    private static String hash(Path directory, String name) throws BundleException {
        if (!FILE_NAME.matcher(name).matches() || name.equals(MANIFEST)) {
            throw new BundleException("'" + name + "' is not a file name that a bundle may use: letters, digits, '.', "
                    + "'_' and '-' only, in the bundle's own directory");
        }
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new BundleException("the bundle lacks the file " + file);
        }
        MessageDigest digest = ManifestJson.sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            byte[] buffer = new byte[1 << 16];
            while (in.read(buffer) >= 0) {
                // The digest sees the bytes as they pass.
            }
        } catch (IOException e) {
            throw new BundleException(file + " cannot be read: " + e.getMessage(), e);
        }
        return HexFormat.of().formatHex(digest.digest());
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

    /** The entropy tables, or null where the bundle has none. */
    public @Nullable EntropyTables tables() {
        return tables;
    }

    /** A codec for this bundle's payloads. */
    public PayloadCodec payloadCodec() {
        return PayloadCodec.of(manifest.codeShape(), manifest.quantisers(), tables);
    }

    /** Where a file named by the manifest is. */
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
