package io.featherwire.codec.image;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The images that a network expects: RGB planes of size x size, each value (x / 255 - mean) / std.
 *
 * @param size the edge in pixels
 * @param mean the mean of each channel R, G, B, on the scale 0..1
 * @param std the standard deviation of each channel R, G, B, on the scale 0..1
 * @param resize the method that makes an image a square, see {@link ResizeMethod#parse}: {@code bilinear}, {@code
 *      bicubic crop 256}, ...
 * @param orientation {@code exif} if the EXIF orientation is applied; null, as in older bundles, if pictures are used
 *      as stored
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InputSpec(
        @JsonProperty(required = true) int size,
        @JsonProperty(required = true) List<Float> mean,
        @JsonProperty(required = true) List<Float> std,
        @JsonProperty(required = true) String resize,
        @Nullable String orientation) {

    public static final String BILINEAR = "bilinear";
    public static final String EXIF = "exif";

    public InputSpec {
        if (size < 1 || size > 4096) {
            throw new IllegalArgumentException("input size is " + size + ", must be in 1..4096");
        }
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != 3 || std.size() != 3) {
            throw new IllegalArgumentException("input mean and std must have 3 values each");
        }
        if (!mean.stream().allMatch(Float::isFinite) || !std.stream().allMatch(s -> Float.isFinite(s) && s > 0)) {
            throw new IllegalArgumentException("input mean must be finite and std positive: " + mean + ", " + std);
        }
        ResizeMethod method = ResizeMethod.parse(resize);
        if (method.fit() == ResizeMethod.Fit.CROP && method.number() < size) {
            throw new IllegalArgumentException("input resize is '" + resize + "', the shortest side must be at least "
                    + size + " pixels, the size of the input");
        }
        if (orientation != null && !EXIF.equals(orientation)) {
            throw new IllegalArgumentException(
                    "input orientation is '" + orientation + "', must be '" + EXIF + "' or left out");
        }
    }

    /** Returns an input that is resized bilinearly, stretched to a square, after the EXIF orientation was applied. */
    public static InputSpec bilinear(int size, List<Float> mean, List<Float> std) {
        return new InputSpec(size, mean, std, BILINEAR, EXIF);
    }

    /** Returns whether the EXIF orientation is applied. */
    @JsonIgnore
    public boolean upright() {
        return orientation != null;
    }

    /** Returns an input that is resized by any method, after the EXIF orientation was applied. */
    public static InputSpec of(int size, List<Float> mean, List<Float> std, ResizeMethod resize) {
        return new InputSpec(size, mean, std, resize.text(), EXIF);
    }

    /** Returns the method that makes an image a square. */
    public ResizeMethod method() {
        return ResizeMethod.parse(resize);
    }

    /**
     * Returns the share of an axis of an image that reaches the network, 0..1: for {@link ResizeMethod.Fit#CROP} the
     * middle of the axis, for other methods all of it.
     *
     * @param length the length of the axis, in pixels
     * @param other the length of the other axis, in pixels
     */
    public double visibleShare(int length, int other) {
        ResizeMethod.Span span = method().span(length, other, size);
        return Math.min(1, (double) span.count() / span.scaled());
    }

    /** Returns the number of floats of one image, 3 x size x size. */
    public int values() {
        return 3 * size * size;
    }
}
