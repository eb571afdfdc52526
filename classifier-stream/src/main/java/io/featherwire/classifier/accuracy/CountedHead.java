package io.featherwire.classifier.accuracy;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A head whose classifications the ledger counts: a bundle's own head or a further head.
 *
 * @param fingerprint the fingerprint of the bundle (for its own head) or of the further head, 16 hex digits
 * @param name the name of the bundle or of the further head; empty if an earlier release wrote the entry
 * @param trunk the fingerprint of the bundle whose payloads the further head classifies; null for a bundle's own head
 * @param classes the class names, by class index
 */
public record CountedHead(String fingerprint, String name, @Nullable String trunk, List<String> classes) {
    /** Checks that all components but the trunk are set. */
    public CountedHead {
        requireNonNull(fingerprint, "fingerprint");
        requireNonNull(name, "name");
        classes = List.copyOf(classes);
    }

    /** A bundle's own head. */
    public static CountedHead ofBundle(String fingerprint, String name, List<String> classes) {
        return new CountedHead(fingerprint, name, null, classes);
    }

    /** Whether this is a bundle's own head. */
    public boolean isOwn() {
        return trunk == null;
    }

    /** Whether the name or fingerprint in a label is that of this head. */
    boolean hasNameOrFingerprint(String named) {
        return named.equals(fingerprint) || named.equals(name);
    }
}
