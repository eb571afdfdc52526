package io.featherwire.codec.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;

/** Extracts the R, G, B bytes of a small image that the platform's reader has decoded. */
final class PixelExtraction {

    private PixelExtraction() {}

    static RgbImage of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[3 * width * height];
        if (image.getType() == BufferedImage.TYPE_3BYTE_BGR
                && image.getRaster().getParent() == null
                && image.getRaster().getDataBuffer() instanceof DataBufferByte data) {
            swapRedAndBlue(data.getData(), rgb);
        } else {
            copyByRows(image, rgb);
        }
        return new RgbImage(width, height, rgb);
    }

    private static void swapRedAndBlue(byte[] bgr, byte[] rgb) {
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = bgr[i + 2];
            rgb[i + 1] = bgr[i + 1];
            rgb[i + 2] = bgr[i];
        }
    }

    private static void copyByRows(BufferedImage image, byte[] rgb) {
        SampleFormat samples = SampleFormat.of(image.getColorModel(), image.getSampleModel());
        int bands = samples.bands();
        int[] row = new int[image.getWidth() * bands];
        for (int y = 0, i = 0; y < image.getHeight(); y++) {
            image.getRaster().getPixels(0, y, image.getWidth(), 1, row);
            for (int x = 0; x < row.length; x += bands, i += 3) {
                samples.put(row, x, rgb, i);
            }
        }
    }
}
