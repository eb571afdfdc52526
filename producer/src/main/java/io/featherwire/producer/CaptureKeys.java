package io.featherwire.producer;

import io.featherwire.datasets.ImageTree.FoundFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * The keys by which a file that was captured before is recognised. Each key is 64 bits of a SHA-256 digest and never 0.
 *
 * @param name digest of the file's name and content; it recognises a file that is touched, or written again with its
 *     content
 * @param file digest of the file system's key of the file, its modification time and its content; it recognises a
 *     renamed file
 */
record CaptureKeys(long name, long file) {

    /** @param origin the file's name below the source's directory */
    static CaptureKeys of(String origin, FoundFile file, byte[] content) {
        return new CaptureKeys(hash(origin, content), hash(file.key() + " " + file.modified(), content));
    }

    static long hash(String name, byte[] content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return ByteBuffer.wrap(digest.digest(content)).getLong() | 1;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    List<Long> toList() {
        return List.of(name, file);
    }
}
