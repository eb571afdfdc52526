package io.featherwire.cli.demo;

import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.testing.TinyBundle;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;

/** Invalid and unusual image files, as they occur in practice. */
final class HostileImageFiles {

    private static final int BOMB_SIDE = 30_000;

    private HostileImageFiles() {}

    /** Writes all files to a directory, and returns their number. */
    static int write(Path directory) throws IOException {
        byte[] jpeg = TinyBundle.file(ImageEncoding.JPEG, 64, 64, Color.RED).bytes();
        Files.write(directory.resolve("empty.jpg"), new byte[0]);
        Files.write(directory.resolve("truncated.jpg"), Arrays.copyOf(jpeg, jpeg.length / 3));
        Files.writeString(directory.resolve("page.jpg"), "<!doctype html><html><body>Not found</body></html>");
        Files.write(directory.resolve("bomb.png"), bomb());
        Files.write(directory.resolve("cmyk.jpg"), cmyk());
        Files.write(directory.resolve("deep.png"), sixteenBit());
        Files.write(directory.resolve("animation.jpg"), gif());
        return 7;
    }

    /** A PNG of 30,000 × 30,000 pixels in about 110 KB. */
    private static byte[] bomb() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new DeflaterOutputStream(packed, new Deflater(9))) {
            byte[] row = new byte[1 + BOMB_SIDE / 8];
            for (int y = 0; y < BOMB_SIDE; y++) {
                out.write(row);
            }
        }
        return png(BOMB_SIDE, BOMB_SIDE, 1, 0, packed.toByteArray());
    }

    private static byte[] png(int width, int height, int depth, int colourType, byte[] data) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        var header = new ByteArrayOutputStream();
        var fields = new DataOutputStream(header);
        fields.writeInt(width);
        fields.writeInt(height);
        fields.write(new byte[] {(byte) depth, (byte) colourType, 0, 0, 0});
        chunk(out, "IHDR", header.toByteArray());
        chunk(out, "IDAT", data);
        chunk(out, "IEND", new byte[0]);
        return bytes.toByteArray();
    }

    private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        var crc = new CRC32();
        crc.update(name);
        crc.update(data);
        out.writeInt(data.length);
        out.write(name);
        out.write(data);
        out.writeInt((int) crc.getValue());
    }

    /** A JPEG whose frame header has four components, as CMYK images of print shops do. */
    private static byte[] cmyk() throws IOException {
        var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        var raster =
                java.awt.image.Raster.createInterleavedRaster(java.awt.image.DataBuffer.TYPE_BYTE, 16, 16, 4, null);
        var out = new ByteArrayOutputStream();
        try (var stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(null, new javax.imageio.IIOImage(raster, null, null), null);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    private static byte[] sixteenBit() throws IOException {
        var image = new BufferedImage(16, 16, BufferedImage.TYPE_USHORT_GRAY);
        var out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    /** An animated GIF of two frames, under a name that ends in .jpg. */
    private static byte[] gif() throws IOException {
        var writer = ImageIO.getImageWritersByFormatName("gif").next();
        var image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_INDEXED);
        var out = new ByteArrayOutputStream();
        try (var stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.prepareWriteSequence(null);
            writer.writeToSequence(new javax.imageio.IIOImage(image, null, null), null);
            writer.writeToSequence(new javax.imageio.IIOImage(image, null, null), null);
            writer.endWriteSequence();
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }
}
