package io.featherwire.producer;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
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

    /** The name of the source, which labels carry as their origin. */
    String name();

    /** Sentences that say what was skipped so far, and why. */
    default List<String> remarks() {
        return List.of();
    }

    /** The number of files and folders that could not be read so far; images in them may be missing. */
    default long unreadable() {
        return 0;
    }

    /** The capture keys of all existing files, if the source knows all of them; empty otherwise. */
    default Optional<Set<Long>> existing() {
        return Optional.empty();
    }

    /**
     * Sets the listener that receives the keys of each file whose content was captured before and that has another name
     * or time now. It is called within {@link #next}.
     */
    default void onKnownFile(Consumer<CaptureKeys> listener) {
        // Only a watched directory recognises files.
    }

    @Override
    default void close() {
        // Most sources hold no resources.
    }
}
