package io.featherwire.evaluation;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.image.Resizer;
import io.featherwire.codec.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Encodes images as PNG and JPEG files with the JDK's encoders. */
final class ImageFiles {

    private static final int START_OF_SCAN = 0xDA;
    private static final int MARKER_BYTES = 2;

    private ImageFiles() {}

    /** Scales both edges of an image by a factor, to at least one pixel. */
    static RgbImage scale(RgbImage image, double scale) {
        int width = Math.max(1, (int) Math.round(image.width() * scale));
        int height = Math.max(1, (int) Math.round(image.height() * scale));
        return width == image.width() && height == image.height() ? image : Resizer.resize(image, width, height);
    }

    static EncodedImage encodePng(RgbImage image) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(toBufferedImage(image), "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: writing to memory", e);
        }
        return new EncodedImage(ImageEncoding.PNG, 0, 0, out.toByteArray());
    }

    /** Encodes baseline JPEG with 4:2:0 subsampling and standard Huffman tables. */
    static EncodedImage encodeJpeg(RgbImage image, int quality) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(quality / 100f);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(toBufferedImage(image), null, null), parameters);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: writing to memory", e);
        } finally {
            writer.dispose();
        }
        return new EncodedImage(ImageEncoding.JPEG, 0, 0, out.toByteArray());
    }

    /** The size of a baseline JPEG file's scan, in bytes: the file without headers, tables and end marker. */
    static int scanBytes(byte[] jpeg) {
        int at = MARKER_BYTES;
        while ((jpeg[at + 1] & 0xFF) != START_OF_SCAN) {
            at += MARKER_BYTES + segmentLength(jpeg, at);
        }
        return jpeg.length - MARKER_BYTES - (at + MARKER_BYTES + segmentLength(jpeg, at));
    }

    private static int segmentLength(byte[] jpeg, int marker) {
        return (jpeg[marker + 2] & 0xFF) << 8 | jpeg[marker + 3] & 0xFF;
    }

    private static BufferedImage toBufferedImage(RgbImage image) {
        BufferedImage buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = image.rgb();
        for (int y = 0, i = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++, i += 3) {
                buffered.setRGB(x, y, (rgb[i] & 0xFF) << 16 | (rgb[i + 1] & 0xFF) << 8 | rgb[i + 2] & 0xFF);
            }
        }
        return buffered;
    }
}
