package io.featherwire.codec.image;

import static java.util.Objects.requireNonNull;

/**
 * A decoded image: sRGB, 8 bits per channel, no alpha.
 *
 * @param width the width in pixels, at least 1
 * @param height the height in pixels, at least 1
 * @param rgb width x height x 3 bytes, rows from the top, R G B interleaved; the array is not copied
 */
public record RgbImage(int width, int height, byte[] rgb) {

    public RgbImage {
        requireNonNull(rgb, "rgb");
        if (width < 1 || height < 1 || 3L * width * height != rgb.length) {
            throw new IllegalArgumentException(
                    "an RGB image of " + width + "x" + height + " cannot have " + rgb.length + " bytes");
        }
    }
}
