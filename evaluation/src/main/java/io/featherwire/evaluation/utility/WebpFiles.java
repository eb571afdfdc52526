package io.featherwire.evaluation.utility;

import com.luciad.imageio.webp.CompressionType;
import com.luciad.imageio.webp.WebPWriteParam;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * WebP files, which libwebp writes and reads. The library is an optional dependency with native code for the common
 * platforms. The product's own decoder refuses WebP.
 */
final class WebpFiles implements ThumbnailFiles {

    /** The format's name in the platform's registry of readers and writers. */
    static final String NAME = "webp";

    /** The method of libwebp with the smallest files, which is also the slowest. */
    private static final int SMALLEST_FILES = 6;

    @Override
    public byte[] write(BufferedImage image, int quality) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName(NAME).next();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            WebPWriteParam how = (WebPWriteParam) writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionType(CompressionType.Lossy);
            how.setCompressionQuality(quality / 100f);
            how.setMethod(SMALLEST_FILES);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, null), how);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    @Override
    public EncodedImage read(byte[] file) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName(NAME).next();
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(in);
            return pixels(reader.read(0));
        } finally {
            reader.dispose();
        }
    }

    private static EncodedImage pixels(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        int[] colours = image.getRGB(0, 0, width, height, null, 0, width);
        byte[] rgb = new byte[3 * colours.length];
        for (int i = 0; i < colours.length; i++) {
            rgb[3 * i] = (byte) (colours[i] >> 16);
            rgb[3 * i + 1] = (byte) (colours[i] >> 8);
            rgb[3 * i + 2] = (byte) colours[i];
        }
        return new EncodedImage(ImageEncoding.RGB8, width, height, rgb);
    }
}
