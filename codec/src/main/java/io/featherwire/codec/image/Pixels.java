package io.featherwire.codec.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Samples of a decoded picture to R, G, B bytes. Samples are taken as they are stored: the platform's own conversion would
 * apply colour profiles, and brighten gray.
 */
final class Pixels {

    private static final int WHITE = 255;

    private Pixels() {}

    static RgbImage of(BufferedImage image) {
        if (image.getType() == BufferedImage.TYPE_3BYTE_BGR
                && image.getRaster().getParent() == null
                && image.getRaster().getDataBuffer() instanceof DataBufferByte data) {
            return bgr(image.getWidth(), image.getHeight(), data.getData());
        }
        if (image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_CMYK) {
            return cmyk(image);
        }
        return image.getColorModel() instanceof IndexColorModel palette ? indexed(image, palette) : sampled(image);
    }

    private static RgbImage bgr(int width, int height, byte[] bgr) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = bgr[i + 2];
            rgb[i + 1] = bgr[i + 1];
            rgb[i + 2] = bgr[i];
        }
        return new RgbImage(width, height, rgb);
    }

    /** Inks, 0 for none, without a profile. */
    private static RgbImage cmyk(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[3 * width * height];
        int[] row = new int[4 * width];
        for (int y = 0, i = 0; y < height; y++) {
            image.getRaster().getPixels(0, y, width, 1, row);
            for (int x = 0; x < row.length; x += 4) {
                for (int c = 0; c < 3; c++) {
                    rgb[i++] = (byte) (((255 - row[x + c]) * (255 - row[x + 3]) + 127) / 255);
                }
            }
        }
        return new RgbImage(width, height, rgb);
    }

    private static RgbImage indexed(BufferedImage image, IndexColorModel palette) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[3 * width * height];
        int[] row = new int[width];
        for (int y = 0, i = 0; y < height; y++) {
            image.getRaster().getSamples(0, y, width, 1, 0, row);
            for (int index : row) {
                int alpha = palette.getAlpha(index);
                rgb[i++] = over(palette.getRed(index), alpha);
                rgb[i++] = over(palette.getGreen(index), alpha);
                rgb[i++] = over(palette.getBlue(index), alpha);
            }
        }
        return new RgbImage(width, height, rgb);
    }

    /** One band is gray, two gray and alpha, three R, G, B, four R, G, B and alpha; 8 or 16 bits each. */
    private static RgbImage sampled(BufferedImage image) {
        Raster raster = image.getRaster();
        int bands = raster.getNumBands();
        int largest = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[3 * width * height];
        int[] row = new int[width * bands];
        boolean gray = bands < 3;
        boolean hasAlpha = bands == 2 || bands == 4;
        for (int y = 0, i = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < row.length; x += bands) {
                int alpha = hasAlpha ? to8(row[x + bands - 1], largest) : 255;
                for (int c = 0; c < 3; c++) {
                    rgb[i++] = over(to8(row[gray ? x : x + c], largest), alpha);
                }
            }
        }
        return new RgbImage(width, height, rgb);
    }

    private static int to8(int sample, int largest) {
        return largest == 255 ? sample : (int) ((sample * 255L + largest / 2) / largest);
    }

    private static byte over(int sample, int alpha) {
        return (byte) (alpha == 255 ? sample : (sample * alpha + WHITE * (255 - alpha) + 127) / 255);
    }
}
