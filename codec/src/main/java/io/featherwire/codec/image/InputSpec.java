package io.featherwire.codec.image;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What a network expects of an image: RGB planes of size x size, each value (x / 255 - mean) / std.
 *
 * @param size edge in pixels
 * @param mean per channel R, G, B, on the scale 0..1
 * @param std per channel R, G, B, on the scale 0..1
 * @param resize the only method so far is {@code bilinear}: see {@link Resizer}
 */
public record InputSpec(
        @JsonProperty(required = true) int size,
        @JsonProperty(required = true) List<Float> mean,
        @JsonProperty(required = true) List<Float> std,
        @JsonProperty(required = true) String resize) {

    public static final String BILINEAR = "bilinear";

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
        if (!BILINEAR.equals(resize)) {
            throw new IllegalArgumentException("input resize is '" + resize + "', must be '" + BILINEAR + "'");
        }
    }

    /** Bilinear, the method that there is. */
    public static InputSpec bilinear(int size, List<Float> mean, List<Float> std) {
        return new InputSpec(size, mean, std, BILINEAR);
    }

    /** Floats of one image, 3 x size x size. */
    public int values() {
        return 3 * size * size;
    }
}
