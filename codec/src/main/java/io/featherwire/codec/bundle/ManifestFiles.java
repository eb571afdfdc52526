package io.featherwire.codec.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Reads and writes the manifest of a bundle or a head, and hashes the files that the manifest names. */
final class ManifestFiles {

    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");
    private static final int MAX_MANIFEST_BYTES = 4 << 20;

    private ManifestFiles() {}

    /**
     * Reads a manifest file as JSON.
     *
     * @param what the noun for error messages: bundle or head
     */
    static JsonNode readTree(Path file, String what) throws BundleException {
        if (!Files.isRegularFile(file)) {
            throw new BundleException("no " + what + " at " + file.getParent() + ": it has no " + file.getFileName());
        }
        try {
            if (Files.size(file) > MAX_MANIFEST_BYTES) {
                throw new BundleException(file + " is larger than " + MAX_MANIFEST_BYTES + " bytes");
            }
            JsonNode tree = ManifestJson.parseTree(Files.readAllBytes(file));
            if (!tree.isObject()) {
                throw new BundleException(file + " is not a JSON object");
            }
            return tree;
        } catch (IOException e) {
            throw new BundleException(file + " cannot be read as JSON: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a manifest of a format version that this release knows.
     *
     * @param oldest the oldest version that is read
     * @param newest the newest version that is read
     */
    static <T> T parseManifest(Path file, JsonNode tree, Class<T> type, int oldest, int newest) throws BundleException {
        JsonNode version = tree.get("formatVersion");
        if (version == null || !version.isInt() || version.intValue() < oldest || version.intValue() > newest) {
            throw new BundleException(file + " has format version " + version + ", this release reads versions "
                    + oldest + " to " + newest);
        }
        try {
            return ManifestJson.toManifest(tree, type);
        } catch (IOException e) {
            throw new BundleException(file + " is not a valid manifest: " + e.getMessage(), e);
        }
    }

    /**
     * Checks a format version.
     *
     * @throws IllegalArgumentException if this release does not read it
     */
    static void requireVersion(int version, int oldest, int newest) {
        if (version < oldest || version > newest) {
            throw new IllegalArgumentException(
                    "format version is " + version + ", this release reads versions " + oldest + " to " + newest);
        }
    }

    /** Returns the SHA-256, in hexadecimal, of a file that {@code manifest} names. */
    static String hashFile(Path directory, String name, String manifest) throws BundleException {
        if (!FILE_NAME.matcher(name).matches() || name.equals(manifest)) {
            throw new BundleException("'" + name + "' is not a file name that " + manifest
                    + " may use: letters, digits, '.', '_' and '-' only, in the same directory");
        }
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new BundleException(
                    directory.resolve(manifest) + " names a file that is not there: it lacks the file " + file);
        }
        MessageDigest digest = ManifestJson.sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            byte[] buffer = new byte[1 << 16];
            while (in.read(buffer) >= 0) {
                // Reading updates the digest.
            }
        } catch (IOException e) {
            throw new BundleException(file + " cannot be read: " + e.getMessage(), e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Writes a manifest by an atomic rename. */
    static void write(Path directory, String name, Object manifest) throws BundleException {
        Path target = directory.resolve(name);
        try {
            Path temporary = Files.createTempFile(directory, "manifest", ".tmp");
            try {
                Files.write(temporary, ManifestJson.write(manifest));
                temporary.toFile().setReadable(true, false);
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new BundleException(target + " cannot be written: " + e.getMessage(), e);
        }
    }
}
