package io.featherwire.producer;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A source of images to publish. */
public interface ImageSource extends AutoCloseable {

    /** The next image, or null if there is none right now. Each call, even one that throws, advances by one image. */
    @Nullable
    SourceImage next() throws IOException;

    /** Whether the source has ended. */
    boolean isExhausted();

    /** The total number of images, if known. */
    OptionalLong size();

    /** The origin of the labels. */
    String name();

    /** What was skipped so far and why, a sentence each. */
    default List<String> remarks() {
        return List.of();
    }

    /** Files and folders that could not be read so far, so that images may be missing. */
    default long unreadable() {
        return 0;
    }

    /** The keys of all files that exist, if the source knows them all; empty otherwise. */
    default Optional<Set<Long>> existing() {
        return Optional.empty();
    }

    @Override
    default void close() {
        // Most sources hold no resources.
    }
}
