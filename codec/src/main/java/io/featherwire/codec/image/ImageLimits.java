package io.featherwire.codec.image;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * The limits of an image. All but the time are checked before decoding.
 *
 * @param maxBytes the maximum size of the encoded image, in bytes
 * @param maxPixels the maximum number of pixels that the header may announce
 * @param maxMemory the maximum memory of all images that are being decoded, and of each alone, in bytes: three bytes
 *      per pixel, and for a JPEG of several scans the coefficients that are kept between scans
 * @param maxScans the maximum number of scans of a JPEG file of up to five megapixels; proportionally fewer for a
 *      larger file
 * @param maxTime the maximum CPU time of decoding
 */
public record ImageLimits(int maxBytes, long maxPixels, long maxMemory, int maxScans, Duration maxTime) {

    /** 8 MiB, 32 megapixels (a decoded image then takes at most 96 MB), 384 MiB, 100 scans, 20 seconds. */
    public static final ImageLimits DEFAULT =
            new ImageLimits(8 << 20, 32_000_000L, 384L << 20, 100, Duration.ofSeconds(20));

    public ImageLimits {
        requireNonNull(maxTime, "maxTime");
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is " + maxBytes + ", must be at least 1");
        }
        if (maxPixels < 1 || maxPixels > Integer.MAX_VALUE / 4) {
            throw new IllegalArgumentException(
                    "maxPixels is " + maxPixels + ", must be in 1.." + Integer.MAX_VALUE / 4);
        }
        if (maxMemory < 1 || maxMemory > 1L << 40) {
            throw new IllegalArgumentException("maxMemory is " + maxMemory + ", must be in 1..2^40");
        }
        if (maxScans < 1) {
            throw new IllegalArgumentException("maxScans is " + maxScans + ", must be at least 1");
        }
        if (maxTime.isNegative() || maxTime.isZero()) {
            throw new IllegalArgumentException("maxTime is " + maxTime + ", must be positive");
        }
    }

    public ImageLimits withMaxBytes(int other) {
        return new ImageLimits(other, maxPixels, maxMemory, maxScans, maxTime);
    }

    public ImageLimits withMaxPixels(long other) {
        return new ImageLimits(maxBytes, other, maxMemory, maxScans, maxTime);
    }
}
