package io.featherwire.classifier.accuracy;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The label of a frame.
 *
 * @param name a class name of a head
 * @param labelledAt when the label was given, in ms since the epoch
 * @param head name or fingerprint of the head that it is for, null for every head that has the class
 */
public record FrameLabel(String name, long labelledAt, @Nullable String head) {
    /** The name is required. */
    public FrameLabel {
        requireNonNull(name, "name");
    }

    /** A label for every head that has the class. */
    public FrameLabel(String name, long labelledAt) {
        this(name, labelledAt, null);
    }
}
