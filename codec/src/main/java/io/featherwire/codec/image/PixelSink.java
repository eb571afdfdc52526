package io.featherwire.codec.image;

import java.awt.Point;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.awt.image.WritableRaster;
import javax.imageio.ImageTypeSpecifier;

/**
 * The destination image of the platform's readers. It stores only upright R, G, B bytes: in the reader's own format, an
 * image of 32 megapixels with 16 bits a sample would take 256 MB.
 *
 * <p>It supports only the calls of the readers, which write rows or pixels and do not read them back.
 */
final class PixelSink extends WritableRaster {

    private static final int PIXELS_BETWEEN_CHECKS = 1 << 16;

    private final ColorModel colors;
    private final SampleFormat samples;
    private final Orientation.Layout layout;
    private final byte[] rgb;
    private final DecodingTimeLimit time;
    private byte[] bytes = new byte[0];
    private int[] row = new int[0];
    private int untilCheck = PIXELS_BETWEEN_CHECKS;

    private PixelSink(ColorModel colors, SampleModel samples, Orientation orientation, DecodingTimeLimit time) {
        super(samples, new DataBufferByte(1), new Point(0, 0));
        this.colors = colors;
        this.samples = SampleFormat.of(colors, samples);
        this.layout = orientation.layout(samples.getWidth(), samples.getHeight());
        this.rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(samples.getWidth(), samples.getHeight()))];
        this.time = time;
    }

    static PixelSink of(
            ImageTypeSpecifier type, int width, int height, Orientation orientation, DecodingTimeLimit time) {
        return new PixelSink(type.getColorModel(), type.getSampleModel(width, height), orientation, time);
    }

    /** Returns the image that is passed to the reader as its destination. */
    BufferedImage destination() {
        return new BufferedImage(colors, this, colors.isAlphaPremultiplied(), null);
    }

    RgbImage image() {
        return new RgbImage(layout.width(), layout.height(), rgb);
    }

    /** Receives a row of bytes from the JPEG reader. */
    @Override
    public void setRect(int dx, int dy, Raster source) {
        int width = source.getWidth();
        countPixels(width);
        bytes = (byte[]) source.getDataElements(0, 0, width, 1, bytes.length == 0 ? null : bytes);
        int at = layout.first() + dy * layout.nextRow() + dx * layout.nextPixel();
        if (samples.isRgb() && layout.nextPixel() == 3) {
            System.arraycopy(bytes, 0, rgb, at, 3 * width);
            return;
        }
        row = row.length == bytes.length ? row : new int[bytes.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = bytes[i] & 0xFF;
        }
        for (int x = 0; x < row.length; x += samples.bands(), at += layout.nextPixel()) {
            samples.put(row, x, rgb, at);
        }
    }

    /** Receives a pixel from the PNG reader. */
    @Override
    public void setPixel(int x, int y, int[] pixel) {
        countPixels(1);
        samples.put(pixel, 0, rgb, layout.first() + y * layout.nextRow() + x * layout.nextPixel());
    }

    private void countPixels(int pixels) {
        untilCheck -= pixels;
        if (untilCheck <= 0) {
            untilCheck = PIXELS_BETWEEN_CHECKS;
            time.check();
        }
    }
}
