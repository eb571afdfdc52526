package io.featherwire.producer;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.EncodedImage;
import org.jspecify.annotations.Nullable;

/**
 * An image that is to be published.
 *
 * @param origin the file, or the id within a data set, for messages
 * @param label the name of its class; null if unknown
 * @param sensorId the sensor that captured it; null if the source does not name sensors
 * @param stored called once the image is in an outbox; null if nothing waits for that
 * @param keys the keys by which its file is recognised; null if the image is not from a watched directory
 */
public record SourceImage(
        String origin,
        EncodedImage image,
        @Nullable String label,
        @Nullable String sensorId,
        @Nullable StorageListener stored,
        @Nullable CaptureKeys keys) {

    /** Receives the outcome of an image, on the capturing thread. */
    public interface StorageListener {
        /** The required frame id; null for a generated one. */
        @Nullable
        String frameId();

        /** Called when the image is in the outbox, or was stored before. */
        void onStored();
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
