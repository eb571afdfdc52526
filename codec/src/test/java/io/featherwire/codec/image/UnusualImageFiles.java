package io.featherwire.codec.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;

/** Makes JPEG and PNG files as cameras, printers and attackers write them, from good files. */
public final class UnusualImageFiles {

    static final int SOI_BYTES = 2;
    static final int PNG_HEADER_BYTES = 33;

    private UnusualImageFiles() {}

    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] insert(byte[] file, int at, byte[]... parts) {
        return join(Arrays.copyOf(file, at), join(parts), Arrays.copyOfRange(file, at, file.length));
    }

    /** A JPEG segment with its marker. */
    public static byte[] segment(int code, byte[] data) {
        return ByteBuffer.allocate(4 + data.length)
                .put((byte) 0xFF)
                .put((byte) code)
                .putShort((short) (data.length + 2))
                .put(data)
                .array();
    }

    /** A chunk of a colour profile. */
    static byte[] profile(int number, int of, byte[] data) {
        return segment(0xE2, join("ICC_PROFILE\0".getBytes(ISO_8859_1), new byte[] {(byte) number, (byte) of}, data));
    }

    static byte[] adobe(int transform) {
        return segment(0xEE, join("Adobe".getBytes(ISO_8859_1), new byte[] {0, 100, 0, 0, 0, 0, (byte) transform}));
    }

    /** An Exif block (a TIFF structure) with some entries before the orientation. */
    static byte[] exif(ByteOrder order, boolean asLong, int orientation) {
        ByteBuffer tiff = ByteBuffer.allocate(8 + 2 + 3 * 12 + 4).order(order);
        tiff.put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(ISO_8859_1));
        tiff.putShort((short) 42).putInt(8).putShort((short) 3);
        tiff.putShort((short) 0x0100).putShort((short) 4).putInt(1).putInt(6);
        tiff.putShort((short) 0x0112).putShort((short) (asLong ? 4 : 3)).putInt(1);
        if (asLong) {
            tiff.putInt(orientation);
        } else {
            tiff.putShort((short) orientation).putShort((short) 0);
        }
        tiff.putShort((short) 0x0128).putShort((short) 3).putInt(1).putInt(0);
        return tiff.putInt(0).array();
    }

    static byte[] exifSegment(byte[] tiff) {
        return segment(0xE1, join("Exif\0\0".getBytes(ISO_8859_1), tiff));
    }

    /** Returns the index of the marker's 0xFF, found by walking the segments. */
    static int indexOf(byte[] jpeg, int code) {
        int at = SOI_BYTES;
        while ((jpeg[at + 1] & 0xFF) != code) {
            at += 2 + (ByteBuffer.wrap(jpeg).getShort(at + 2) & 0xFFFF);
        }
        return at;
    }

    static byte[] without(byte[] jpeg, int code) {
        int at = indexOf(jpeg, code);
        int end = at + 2 + (ByteBuffer.wrap(jpeg).getShort(at + 2) & 0xFFFF);
        return join(Arrays.copyOf(jpeg, at), Arrays.copyOfRange(jpeg, end, jpeg.length));
    }

    /** A PNG chunk with length and checksum. */
    public static byte[] chunk(String type, byte[] data) {
        CRC32 crc = new CRC32();
        crc.update(type.getBytes(ISO_8859_1));
        crc.update(data);
        return ByteBuffer.allocate(12 + data.length)
                .putInt(data.length)
                .put(type.getBytes(ISO_8859_1))
                .put(data)
                .putInt((int) crc.getValue())
                .array();
    }

    /** Zeros, deflated. */
    public static byte[] zeros(long bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out, new Deflater(9))) {
            byte[] block = new byte[1 << 16];
            for (long left = bytes; left > 0; left -= block.length) {
                deflater.write(block, 0, (int) Math.min(left, block.length));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Makes a PNG of zeros: black and, if it has alpha, transparent. */
    public static byte[] blankPng(int width, int height, int bitDepth, int colorType, int samples, boolean interlaced) {
        byte[] header = ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put((byte) bitDepth)
                .put((byte) colorType)
                .put((byte) 0)
                .put((byte) 0)
                .put((byte) (interlaced ? 1 : 0))
                .array();
        long bytes = (1L + ((long) width * samples * bitDepth + 7) / 8) * height + (interlaced ? 9L * height : 0);
        return join(
                new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'},
                chunk("IHDR", header),
                chunk("IDAT", zeros(bytes)),
                chunk("IEND", new byte[0]));
    }

    /** Makes a gray progressive JPEG in which all scans but the first refine nothing, in a few bytes each. */
    public static byte[] manyScans(int side, int scans) {
        byte[] table = new byte[65];
        Arrays.fill(table, 1, 65, (byte) 1);
        byte[] dc = new byte[18];
        dc[1] = 1;
        byte[] ac = new byte[18];
        ac[0] = 0x10;
        ac[1] = 1;
        ac[17] = (byte) 0xE0;
        byte[] frame = ByteBuffer.allocate(9)
                .put((byte) 8)
                .putShort((short) side)
                .putShort((short) side)
                .put(new byte[] {1, 1, 0x11, 0})
                .array();
        int blocks = (side + 7) / 8 * ((side + 7) / 8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {-1, (byte) 0xD8});
        out.writeBytes(segment(0xDB, table));
        out.writeBytes(segment(0xC2, frame));
        out.writeBytes(segment(0xC4, dc));
        out.writeBytes(segment(0xC4, ac));
        out.writeBytes(segment(0xDA, new byte[] {1, 1, 0, 0, 0, 0}));
        out.writeBytes(new byte[(blocks + 7) / 8]);
        for (int i = 1; i < scans; i++) {
            out.writeBytes(segment(0xDA, new byte[] {1, 1, 0, 1, 63, (byte) (i == 1 ? 0x01 : 0x10)}));
            out.writeBytes(emptyBlocks(blocks));
        }
        out.writeBytes(new byte[] {-1, (byte) 0xD9});
        return out.toByteArray();
    }

    /** Runs of 32,767 blocks without coefficients: a zero and fourteen ones each, a zero byte after each 0xFF. */
    private static byte[] emptyBlocks(int blocks) {
        int bits = (blocks + 32_766) / 32_767 * 15;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int from = 0; from < bits; from += 8) {
            int value = 0;
            for (int bit = from; bit < from + 8; bit++) {
                value = value << 1 | (bit % 15 == 0 && bit < bits ? 0 : 1);
            }
            out.write(value);
            if (value == 0xFF) {
                out.write(0);
            }
        }
        return out.toByteArray();
    }

    static BufferedImage read(byte[] file) {
        try {
            return ImageIO.read(new java.io.ByteArrayInputStream(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
