package io.featherwire.datasets;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.EncodedImage;

/**
 * An image with its label.
 *
 * @param id unique id within the data set, such as {@code test/cat/0042.jpg}
 * @param label index into {@link Dataset#classes()}
 */
public record LabelledImage(String id, EncodedImage image, int label) {

    public LabelledImage {
        requireNonNull(id, "id");
        requireNonNull(image, "image");
        if (label < 0) {
            throw new IllegalArgumentException("label " + label + " of " + id + " is negative");
        }
    }
}
