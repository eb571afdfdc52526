package io.featherwire.producer;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.EncodedImage;
import org.jspecify.annotations.Nullable;

/**
 * An image about to be published.
 *
 * @param origin where it comes from, for messages: a file or the id within a data set
 * @param label the class name that it shows, null where nobody knows
 */
public record SourceImage(String origin, EncodedImage image, @Nullable String label) {

    public SourceImage {
        requireNonNull(origin, "origin");
        requireNonNull(image, "image");
    }
}
