package io.featherwire.producer;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.EncodedImage;
import org.jspecify.annotations.Nullable;

/**
 * An image about to be published.
 *
 * @param origin for messages: a file or the id within a data set
 * @param label its class name, null if unknown
 * @param sensorId sensor that it comes from, null if the source is a single sensor
 * @param stored called once it is in an outbox, null if nothing waits for it
 * @param keys by which its file is known again, null if it is not from a watched directory
 */
public record SourceImage(
        String origin,
        EncodedImage image,
        @Nullable String label,
        @Nullable String sensorId,
        @Nullable Stored stored,
        @Nullable CaptureKeys keys) {

    /** Receives the outcome of an image, on the capturing thread. */
    public interface Stored {
        /** Required frame id, null for a generated one. */
        @Nullable
        String frameId();

        /** The image is in the outbox, or was stored before. */
        void done();
    }

    public SourceImage(String origin, EncodedImage image, @Nullable String label) {
        this(origin, image, label, null, null, null);
    }

    public SourceImage(String origin, EncodedImage image, @Nullable String label, @Nullable String sensorId) {
        this(origin, image, label, sensorId, null, null);
    }

    public SourceImage {
        requireNonNull(origin, "origin");
        requireNonNull(image, "image");
    }
}
