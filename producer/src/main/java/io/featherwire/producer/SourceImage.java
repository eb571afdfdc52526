package io.featherwire.producer;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.EncodedImage;
import org.jspecify.annotations.Nullable;

/**
 * An image about to be published.
 *
 * @param origin where it comes from, for messages: a file or the id within a data set
 * @param label the class name that it shows, null where nobody knows
 * @param sensorId sensor that it comes from, null where the source is but one
 * @param stored called once it is in an outbox, null where nobody waits for it
 */
public record SourceImage(
        String origin, EncodedImage image, @Nullable String label, @Nullable String sensorId, @Nullable Stored stored) {

    /** Receives the outcome of an image, on the capturing thread. */
    public interface Stored {
        /** Frame id that the image is to have, null where any will do. */
        @Nullable
        String frameId();

        /** It is in the outbox, or was before. */
        void done();
    }

    public SourceImage(String origin, EncodedImage image, @Nullable String label) {
        this(origin, image, label, null, null);
    }

    public SourceImage(String origin, EncodedImage image, @Nullable String label, @Nullable String sensorId) {
        this(origin, image, label, sensorId, null);
    }

    public SourceImage {
        requireNonNull(origin, "origin");
        requireNonNull(image, "image");
    }
}
