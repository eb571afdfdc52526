package io.featherwire.classifier.accuracy;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A head whose classifications a ledger counts: the own head of a bundle, or a further one.
 *
 * @param fingerprint of the bundle, or of the further head, 16 hex digits
 * @param name of the bundle or of the further head; empty where a release before this one counted it
 * @param trunk fingerprint of the bundle whose payloads a further head classifies; null for a bundle's own
 * @param classes names, by class index
 */
public record CountedHead(String fingerprint, String name, @Nullable String trunk, List<String> classes) {
    /** All components but the trunk are required. */
    public CountedHead {
        requireNonNull(fingerprint, "fingerprint");
        requireNonNull(name, "name");
        classes = List.copyOf(classes);
    }

    /** The own head of a bundle. */
    public static CountedHead own(String fingerprint, String name, List<String> classes) {
        return new CountedHead(fingerprint, name, null, classes);
    }

    /** Whether it is a bundle's own head. */
    public boolean isOwn() {
        return trunk == null;
    }

    /** Whether a label that names this head matches it. */
    boolean isCalled(String named) {
        return named.equals(fingerprint) || named.equals(name);
    }
}
