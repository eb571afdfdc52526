package io.featherwire.codec.image;

import java.awt.color.ColorSpace;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.SampleModel;
import org.jspecify.annotations.Nullable;

/**
 * The format of a pixel's samples, and their conversion to R, G, B bytes. Samples are converted without the platform's
 * colour management, which would apply colour profiles and brighten gray.
 */
final class SampleFormat {

    private static final int WHITE = 255;
    private static final int FULL = 255;

    private final int bands;
    private final int largest;
    private final boolean cmyk;
    private final @Nullable IndexColorModel palette;

    private SampleFormat(int bands, int largest, boolean cmyk, @Nullable IndexColorModel palette) {
        this.bands = bands;
        this.largest = largest;
        this.cmyk = cmyk;
        this.palette = palette;
    }

    static SampleFormat of(ColorModel colors, SampleModel samples) {
        return new SampleFormat(
                samples.getNumBands(),
                (1 << samples.getSampleSize(0)) - 1,
                colors.getColorSpace().getType() == ColorSpace.TYPE_CMYK,
                colors instanceof IndexColorModel palette ? palette : null);
    }

    /** Returns the number of samples per pixel. */
    int bands() {
        return bands;
    }

    /** Returns whether the samples are R, G and B bytes, so that no conversion is needed. */
    boolean isRgb() {
        return bands == 3 && largest == FULL && !cmyk && palette == null;
    }

    /**
     * Writes one pixel as R, G, B. One sample is gray or a palette index; two are gray and alpha; three are R, G, B;
     * four are R, G, B and alpha, or C, M, Y, K, where 0 means no ink.
     */
    void put(int[] samples, int from, byte[] rgb, int at) {
        if (palette != null) {
            putIndexed(palette, samples[from], rgb, at);
        } else if (cmyk) {
            for (int c = 0; c < 3; c++) {
                rgb[at + c] = (byte) (((FULL - samples[from + c]) * (FULL - samples[from + 3]) + 127) / FULL);
            }
        } else {
            int alpha = bands == 2 || bands == 4 ? to8(samples[from + bands - 1]) : FULL;
            for (int c = 0; c < 3; c++) {
                rgb[at + c] = blendOverWhite(to8(samples[bands < 3 ? from : from + c]), alpha);
            }
        }
    }

    private static void putIndexed(IndexColorModel palette, int index, byte[] rgb, int at) {
        int alpha = palette.getAlpha(index);
        rgb[at] = blendOverWhite(palette.getRed(index), alpha);
        rgb[at + 1] = blendOverWhite(palette.getGreen(index), alpha);
        rgb[at + 2] = blendOverWhite(palette.getBlue(index), alpha);
    }

    private int to8(int sample) {
        return largest == FULL ? sample : (int) ((sample * 255L + largest / 2) / largest);
    }

    private static byte blendOverWhite(int sample, int alpha) {
        return (byte) (alpha == FULL ? sample : (sample * alpha + WHITE * (FULL - alpha) + 127) / FULL);
    }
}
