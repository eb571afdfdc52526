package io.featherwire.codec.payload;

import java.util.Arrays;

/**
 * A range encoder with 16-bit frequencies. It ends with the shortest byte string that its decoder can distinguish.
 *
 * <p>The interval is [low, low + range) on a scale of 56 bits, in integers only. The decoder takes bytes beyond the end
 * as zeros, so that trailing zero bytes are never written. The first 0x20/0x100 of the interval is never used: it
 * belongs to the payloads of other modes (see {@link PayloadHeader}).
 */
final class RangeEncoder {

    /** The number of bits of a total: the frequencies of one decision sum to 1 << TOTAL_BITS. */
    static final int TOTAL_BITS = 16;

    static final int SCALE_BITS = 56;
    static final long SMALLEST_RANGE = 1L << SCALE_BITS - 8;

    private static final int MAX_FLUSH_BYTES = SCALE_BITS / 8;

    private byte[] out = new byte[32];
    private int length;
    private long low = (long) PayloadHeader.FIRST_ENTROPY_BYTE << SCALE_BITS - 8;
    private long range = (1L << SCALE_BITS) - low;

    /** Narrows the interval to the part [from, from + width) of 1 << TOTAL_BITS. */
    void encode(int from, int width) {
        long unit = range >>> TOTAL_BITS;
        low += unit * from;
        range = unit * width;
        while (range < SMALLEST_RANGE) {
            writeByte();
            range <<= 8;
        }
    }

    /** Writes the lowest {@code count} bits, at most 16; 0 and 1 are equally probable. */
    void encodeBits(int bits, int count) {
        int width = 1 << TOTAL_BITS - count;
        encode(bits * width, width);
    }

    /** Returns the shortest bytes in the interval; the encoder cannot be used afterwards. */
    byte[] finish() {
        for (int extra = 0; extra <= MAX_FLUSH_BYTES; extra++) {
            long unit = 1L << SCALE_BITS - 8 * extra;
            long rounded = (low + unit - 1) & -unit;
            if (rounded < low + range) {
                low = rounded;
                break;
            }
        }
        for (int i = 0; i < MAX_FLUSH_BYTES; i++) {
            writeByte();
        }
        while (out[length - 1] == 0) {
            length--;
        }
        return Arrays.copyOf(out, length);
    }

    private void writeByte() {
        if (low >>> SCALE_BITS != 0) {
            propagateCarry();
        }
        if (length == out.length) {
            out = Arrays.copyOf(out, 2 * length);
        }
        out[length++] = (byte) (low >>> SCALE_BITS - 8);
        low = low << 8 & (1L << SCALE_BITS) - 1;
    }

    private void propagateCarry() {
        int i = length - 1;
        while (++out[i] == 0) {
            i--;
        }
    }
}
