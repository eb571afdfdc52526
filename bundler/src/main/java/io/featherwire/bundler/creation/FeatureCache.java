package io.featherwire.bundler.creation;

import io.featherwire.bundler.images.ImageDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The cache file of a backbone's features; its name is a hash of everything that the features depend on. */
final class FeatureCache {

    private FeatureCache() {}

    /**
     * Returns the file for a model, cut, preprocessing and list of images.
     *
     * @param directory the directory of the cache
     * @param modelSha256 the SHA-256 of the model's file
     */
    static Path fileFor(Path directory, String modelSha256, BundleDesign design, ImageDirectory images)
            throws IOException {
        MessageDigest digest = sha256();
        digest.update((modelSha256
                        + design.cut().name()
                        + design.input()
                        + design.preprocessing().bgr())
                .getBytes(StandardCharsets.UTF_8));
        for (Path file : images.files()) {
            digest.update((file.toAbsolutePath() + ":" + Files.size(file) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return directory.resolve(HexFormat.of().formatHex(digest.digest(), 0, 12) + ".features");
    }

    /** Returns the SHA-256 of a file, in hexadecimal. */
    static String sha256(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
