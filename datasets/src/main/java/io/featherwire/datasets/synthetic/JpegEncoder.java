package io.featherwire.datasets.synthetic;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import javax.imageio.plugins.jpeg.JPEGHuffmanTable;
import javax.imageio.plugins.jpeg.JPEGQTable;

/**
 * Writes baseline JPEG files (ITU-T T.81) without chroma subsampling. The bytes depend only on the pixels, whereas the
 * bytes of the JDK's own writer depend on its libjpeg.
 */
final class JpegEncoder {

    private static final int[] ZIGZAG = {
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14,
        21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60,
        61, 54, 47, 55, 62, 63
    };
    /** COSINES[k][n] = c(k)/2 · cos((2n + 1)kπ/16). */
    private static final double[][] COSINES = cosineTable();

    private static final JPEGHuffmanTable DC = JPEGHuffmanTable.StdDCLuminance;
    private static final JPEGHuffmanTable AC = JPEGHuffmanTable.StdACLuminance;
    private static final int[] DC_CODES = huffmanCodes(DC);
    private static final int[] AC_CODES = huffmanCodes(AC);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    private final int[] steps;
    private int bits;
    private int bitCount;

    private JpegEncoder(int quality) {
        this.steps = quantisationSteps(quality);
    }

    /**
     * Encodes an image.
     *
     * @param rgb levels [side × side × 3], interleaved
     * @param side width and height, a multiple of 8
     */
    static byte[] encode(byte[] rgb, int side, int quality) {
        var jpeg = new JpegEncoder(quality);
        jpeg.writeHeaders(side);
        jpeg.writeScan(rgb, side);
        return jpeg.out.toByteArray();
    }

    private void writeHeaders(int side) {
        writeBytes(0xFF, 0xD8, 0xFF, 0xE0, 0, 16);
        out.writeBytes("JFIF\0".getBytes(StandardCharsets.US_ASCII));
        writeBytes(1, 1, 0, 0, 1, 0, 1, 0, 0);
        writeBytes(0xFF, 0xDB, 0, 67, 0);
        for (int position : ZIGZAG) {
            out.write(steps[position]);
        }
        writeBytes(0xFF, 0xC0, 0, 17, 8, side >> 8, side & 0xFF, side >> 8, side & 0xFF, 3);
        writeBytes(1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0);
        writeTable(0x00, DC);
        writeTable(0x10, AC);
        writeBytes(0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0);
    }

    private void writeTable(int kind, JPEGHuffmanTable table) {
        int length = 19 + table.getValues().length;
        writeBytes(0xFF, 0xC4, length >> 8, length & 0xFF, kind);
        for (int i = 0; i < 16; i++) {
            out.write(i < table.getLengths().length ? table.getLengths()[i] : 0);
        }
        for (short value : table.getValues()) {
            out.write(value);
        }
    }

    private void writeScan(byte[] rgb, int side) {
        int[] previous = new int[3];
        double[] block = new double[64];
        for (int top = 0; top < side; top += 8) {
            for (int left = 0; left < side; left += 8) {
                for (int component = 0; component < 3; component++) {
                    for (int i = 0; i < 64; i++) {
                        block[i] = component(rgb, 3 * ((top + i / 8) * side + left + i % 8), component);
                    }
                    previous[component] = writeBlock(transformAndQuantise(block), previous[component]);
                }
            }
        }
        writeBits(0x7F, 7);
        writeBytes(0xFF, 0xD9);
    }

    /** Computes Y, Cb or Cr (JFIF), shifted so that the middle of the range is 0. */
    private static double component(byte[] rgb, int at, int component) {
        int r = rgb[at] & 0xFF;
        int g = rgb[at + 1] & 0xFF;
        int b = rgb[at + 2] & 0xFF;
        return switch (component) {
            case 0 -> .299 * r + .587 * g + .114 * b - 128;
            case 1 -> -.168736 * r - .331264 * g + .5 * b;
            default -> .5 * r - .418688 * g - .081312 * b;
        };
    }

    /** Computes the quantised DCT coefficients of 8 × 8 values, in zigzag order. */
    private int[] transformAndQuantise(double[] block) {
        double[] rows = new double[64];
        for (int y = 0; y < 8; y++) {
            for (int k = 0; k < 8; k++) {
                double sum = 0;
                for (int x = 0; x < 8; x++) {
                    sum += COSINES[k][x] * block[8 * y + x];
                }
                rows[8 * y + k] = sum;
            }
        }
        int[] quantised = new int[64];
        for (int i = 0; i < 64; i++) {
            int position = ZIGZAG[i];
            double sum = 0;
            for (int y = 0; y < 8; y++) {
                sum += COSINES[position / 8][y] * rows[8 * y + position % 8];
            }
            quantised[i] = (int) StrictMath.rint(sum / steps[position]);
        }
        return quantised;
    }

    /** Writes one block and returns its DC value, which predicts the DC value of the next block. */
    private int writeBlock(int[] values, int previous) {
        int difference = values[0] - previous;
        int size = bitLength(difference);
        writeCode(DC_CODES, size);
        writeMagnitude(difference, size);
        int zeros = 0;
        for (int i = 1; i < 64; i++) {
            if (values[i] == 0) {
                zeros++;
                continue;
            }
            for (; zeros > 15; zeros -= 16) {
                writeCode(AC_CODES, 0xF0);
            }
            size = bitLength(values[i]);
            writeCode(AC_CODES, zeros << 4 | size);
            writeMagnitude(values[i], size);
            zeros = 0;
        }
        if (zeros > 0) {
            writeCode(AC_CODES, 0);
        }
        return values[0];
    }

    private static int bitLength(int value) {
        return 32 - Integer.numberOfLeadingZeros(StrictMath.abs(value));
    }

    private void writeMagnitude(int value, int size) {
        writeBits(value < 0 ? value + (1 << size) - 1 : value, size);
    }

    private void writeCode(int[] codes, int symbol) {
        writeBits(codes[symbol] & 0xFFFF, codes[symbol] >>> 16);
    }

    private void writeBits(int value, int count) {
        bits = bits << count | value;
        bitCount += count;
        while (bitCount >= 8) {
            int octet = bits >>> (bitCount - 8) & 0xFF;
            out.write(octet);
            if (octet == 0xFF) {
                out.write(0);
            }
            bitCount -= 8;
        }
        bits &= (1 << bitCount) - 1;
    }

    private void writeBytes(int... octets) {
        for (int octet : octets) {
            out.write(octet);
        }
    }

    /** The Huffman codes by symbol, as (length in bits) << 16 | code. */
    private static int[] huffmanCodes(JPEGHuffmanTable table) {
        int[] codes = new int[256];
        short[] values = table.getValues();
        int code = 0;
        int next = 0;
        for (int length = 1; length <= table.getLengths().length; length++) {
            for (int i = 0; i < table.getLengths()[length - 1]; i++) {
                codes[values[next++]] = length << 16 | code++;
            }
            code <<= 1;
        }
        return codes;
    }

    /**
     * The luminance quantisation steps of T.81, annex K, scaled by quality as in the Independent JPEG Group's library.
     */
    private static int[] quantisationSteps(int quality) {
        int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        int[] base = JPEGQTable.K1Luminance.getTable();
        int[] steps = new int[64];
        for (int i = 0; i < 64; i++) {
            steps[i] = StrictMath.max(1, StrictMath.min(255, (base[i] * percent + 50) / 100));
        }
        return steps;
    }

    private static double[][] cosineTable() {
        double[][] cosines = new double[8][8];
        for (int k = 0; k < 8; k++) {
            for (int n = 0; n < 8; n++) {
                double scale = k == 0 ? StrictMath.sqrt(.125) : .5;
                cosines[k][n] = scale * StrictMath.cos((2 * n + 1) * k * StrictMath.PI / 16);
            }
        }
        return cosines;
    }
}
