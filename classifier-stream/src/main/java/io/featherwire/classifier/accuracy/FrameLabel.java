package io.featherwire.classifier.accuracy;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The label of a frame.
 *
 * @param name a class name of a head
 * @param labelledAt the time of the label, in ms since 1970
 * @param head the name or fingerprint of the head that the label is for; null for every head that has the class
 */
public record FrameLabel(String name, long labelledAt, @Nullable String head) {
    /** Checks that the name is set. */
    public FrameLabel {
        requireNonNull(name, "name");
    }

    /** A label for every head that has the class. */
    public FrameLabel(String name, long labelledAt) {
        this(name, labelledAt, null);
    }
}
