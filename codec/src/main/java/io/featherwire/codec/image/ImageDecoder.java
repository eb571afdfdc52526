package io.featherwire.codec.image;

import io.featherwire.codec.image.ImageException.Reason;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Encoded bytes to pixels; what an image would cost is read from its header first. Thread-safe. */
public final class ImageDecoder {

    private final ImageLimits limits;

    public ImageDecoder(ImageLimits limits) {
        this.limits = limits;
    }

    /** Decodes; never touches the disk. */
    public RgbImage decode(EncodedImage image) throws ImageException {
        byte[] bytes = image.bytes();
        if (bytes.length == 0) {
            throw new ImageException(Reason.EMPTY, "the image has no bytes");
        }
        if (bytes.length > limits.maxBytes()) {
            throw new ImageException(
                    Reason.TOO_MANY_BYTES, "the image has " + bytes.length + " bytes, more than " + limits.maxBytes());
        }
        if (image.encoding() == ImageEncoding.RGB8) {
            return raw(image);
        }
        if (EncodedImage.sniff(bytes).encoding() != image.encoding()) {
            throw new ImageException(Reason.UNKNOWN_FORMAT, "not a " + image.encoding() + " file by its first bytes");
        }
        return decodeFile(image);
    }

    private RgbImage raw(EncodedImage image) throws ImageException {
        checkPixels(image.width(), image.height());
        if (3L * image.width() * image.height() != image.bytes().length) {
            throw new ImageException(
                    Reason.WRONG_LENGTH,
                    "RGB8 of " + image.width() + "x" + image.height() + " with " + image.bytes().length + " bytes");
        }
        return new RgbImage(image.width(), image.height(), image.bytes());
    }

    private void checkPixels(int width, int height) throws ImageException {
        if (width < 1 || height < 1) {
            throw new ImageException(Reason.CORRUPT, "the image is " + width + "x" + height);
        }
        if ((long) width * height > limits.maxPixels()) {
            throw new ImageException(
                    Reason.TOO_MANY_PIXELS,
                    "the image is " + width + "x" + height + ", more than " + limits.maxPixels() + " pixels");
        }
    }

    private RgbImage decodeFile(EncodedImage image) throws ImageException {
        Iterator<ImageReader> readers =
                ImageIO.getImageReadersByFormatName(image.encoding().name());
        ImageReader reader = readers.next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(image.bytes()))) {
            reader.setInput(in, true, true);
            checkPixels(reader.getWidth(0), reader.getHeight(0));
            return toRgb(reader.read(0));
        } catch (IOException | RuntimeException e) {
            throw new ImageException(Reason.CORRUPT, "the " + image.encoding() + " file cannot be decoded", e);
        } finally {
            reader.dispose();
        }
    }

    private static RgbImage toRgb(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[3 * width * height];
        int[] row = new int[width];
        for (int y = 0, i = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int argb : row) {
                rgb[i++] = (byte) (argb >> 16);
                rgb[i++] = (byte) (argb >> 8);
                rgb[i++] = (byte) argb;
            }
        }
        return new RgbImage(width, height, rgb);
    }
}
