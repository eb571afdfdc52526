package io.featherwire.datasets;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes the SHA-256 of a data set: class names, order, ids, labels and image bytes. */
final class DatasetHash {

    private DatasetHash() {}

    static String of(Dataset dataset) throws IOException {
        MessageDigest digest = sha256();
        for (String name : dataset.classes()) {
            updateText(digest, name);
        }
        for (Split split : new Split[] {dataset.train(), dataset.test()}) {
            updateNumber(digest, split.size());
            for (int i = 0; i < split.size(); i++) {
                LabelledImage image = split.get(i);
                updateText(digest, image.id());
                updateNumber(digest, image.label());
                updateNumber(digest, image.image().bytes().length);
                digest.update(image.image().bytes());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Computes the SHA-256 of a recipe, for data that is a function of a short text such as a seed. */
    static String of(String recipe) {
        MessageDigest digest = sha256();
        updateText(digest, recipe);
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void updateText(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        updateNumber(digest, bytes.length);
        digest.update(bytes);
    }

    private static void updateNumber(MessageDigest digest, int value) {
        digest.update(ByteBuffer.allocate(4).putInt(0, value));
    }
}
