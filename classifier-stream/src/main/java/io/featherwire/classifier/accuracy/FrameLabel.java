package io.featherwire.classifier.accuracy;

import static java.util.Objects.requireNonNull;

/**
 * What a frame really shows.
 *
 * @param name a class name of the bundle
 * @param labelledAt when the label was given, in ms since the epoch
 */
public record FrameLabel(String name, long labelledAt) {
    /** A label has a name. */
    public FrameLabel {
        requireNonNull(name, "name");
    }
}
