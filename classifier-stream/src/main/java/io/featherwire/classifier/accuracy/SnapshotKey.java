package io.featherwire.classifier.accuracy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/**
 * The key of a snapshot on the topic of accuracy, such as {@code 0123456789abcdef/PT5M}.
 *
 * @param bundle the fingerprint of the bundle or further head, 16 hex digits
 * @param window total, an ISO-8601 duration, or last-N
 */
public record SnapshotKey(String bundle, String window) {
    private static final int LONGEST = 64;
    private static final Pattern BUNDLE = Pattern.compile("[0-9a-f]{16}");
    private static final Pattern LAST = Pattern.compile("last-\\d{1,10}");

    /** The key as text. */
    public String text() {
        return bundle + "/" + window;
    }

    /** The key as bytes, in UTF-8. */
    public byte[] toBytes() {
        return text().getBytes(UTF_8);
    }

    /** Parses a key; throws IllegalArgumentException if the text is not such a key. */
    public static SnapshotKey parse(String text) {
        int slash = text.indexOf('/');
        if (slash != 16
                || text.length() > LONGEST
                || !BUNDLE.matcher(text.substring(0, slash)).matches()) {
            throw new IllegalArgumentException("the key is not bundle/window");
        }
        var window = text.substring(slash + 1);
        if (!window.equals(Ledger.TOTAL) && !LAST.matcher(window).matches() && !isDuration(window)) {
            throw new IllegalArgumentException("the window is not total, a duration or last-N");
        }
        return new SnapshotKey(text.substring(0, slash), window);
    }

    private static boolean isDuration(String window) {
        try {
            return Duration.parse(window).toString().equals(window);
        } catch (DateTimeParseException e) {
            return false;
        }
    }
}
