package io.featherwire.classifier.accuracy;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Key of a snapshot on the topic accuracy, such as {@code 0123456789abcdef/PT5M}.
 *
 * @param bundle fingerprint, 16 hex digits
 * @param window total, a duration, or last-N
 */
public record SnapshotKey(String bundle, String window) {
    /** The key as it stands on the topic. */
    public String text() {
        return bundle + "/" + window;
    }

    /** The same in UTF-8. */
    public byte[] bytes() {
        return text().getBytes(UTF_8);
    }

    /** Throws IllegalArgumentException for what is no such key. */
    public static SnapshotKey parse(String text) {
        int slash = text.indexOf('/');
        if (slash != 16 || slash == text.length() - 1) {
            throw new IllegalArgumentException("not bundle/window");
        }
        return new SnapshotKey(text.substring(0, slash), text.substring(slash + 1));
    }
}
