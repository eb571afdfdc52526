package io.featherwire.producer;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Where the images to publish come from. */
public interface ImageSource extends AutoCloseable {

    /** The next image, or null if there is none right now. Each call, even one that throws, moves on by one image. */
    @Nullable
    SourceImage next() throws IOException;

    /** Whether there will never be another image. */
    boolean isExhausted();

    /** How many images there will be in all, where that is known. */
    OptionalLong size();

    /** Who says what the images show; the source of the labels. */
    String name();

    /** What was passed over so far and why, a sentence each. */
    default List<String> remarks() {
        return List.of();
    }

    /** Files and folders that could not be read so far, so that images may be missing. */
    default long unreadable() {
        return 0;
    }

    @Override
    default void close() {
        // Most hold nothing.
    }
}
