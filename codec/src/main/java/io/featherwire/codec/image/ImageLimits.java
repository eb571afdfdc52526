package io.featherwire.codec.image;

/**
 * What an image may cost; both are checked before anything is decoded.
 *
 * @param maxBytes most bytes of the encoded image
 * @param maxPixels most pixels that the header may announce
 */
public record ImageLimits(int maxBytes, long maxPixels) {

    /** 8 MiB and 32 megapixels (a decoded image then takes at most 96 MB). */
    public static final ImageLimits DEFAULT = new ImageLimits(8 << 20, 32_000_000L);

    public ImageLimits {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes is " + maxBytes + ", must be at least 1");
        }
        if (maxPixels < 1 || maxPixels > Integer.MAX_VALUE / 4) {
            throw new IllegalArgumentException(
                    "maxPixels is " + maxPixels + ", must be in 1.." + Integer.MAX_VALUE / 4);
        }
    }
}
