package io.featherwire.codec.payload;

import io.featherwire.codec.payload.PayloadException.Reason;
import java.nio.ByteBuffer;

/**
 * The body of a payload of mode packed: the smallest symbol (16 bits), the number n of bits per symbol (8 bits), then
 * symbol - smallest of each channel that is not dead, in n bits each, highest bit first. Zero bits fill up the last
 * byte.
 */
final class PackedSymbols {

    private static final int PREFIX = 3;
    private static final int MAX_BITS = 16;

    private PackedSymbols() {}

    static byte[] encode(int[] symbols, Quantiser quantiser, int plane) {
        int smallest = Integer.MAX_VALUE;
        int largest = Integer.MIN_VALUE;
        int live = 0;
        for (int i = 0; i < symbols.length; i++) {
            if (!quantiser.isDead(i / plane)) {
                smallest = Math.min(smallest, symbols[i]);
                largest = Math.max(largest, symbols[i]);
                live++;
            }
        }
        int bits = live == 0 ? 0 : 32 - Integer.numberOfLeadingZeros(largest - smallest);
        ByteBuffer out = ByteBuffer.allocate(PREFIX + packedSize(live, bits));
        out.putShort((short) (live == 0 ? 0 : smallest)).put((byte) bits);
        long pending = 0;
        int held = 0;
        for (int i = 0; i < symbols.length; i++) {
            if (quantiser.isDead(i / plane)) {
                continue;
            }
            pending = pending << bits | symbols[i] - smallest;
            held += bits;
            while (held >= 8) {
                held -= 8;
                out.put((byte) (pending >>> held));
            }
        }
        if (held > 0) {
            out.put((byte) (pending << 8 - held));
        }
        return out.array();
    }

    /** Reads all remaining bytes of {@code in}; their number must be exactly right. */
    static int[] decode(ByteBuffer in, Quantiser quantiser, int plane) throws PayloadException {
        int live = 0;
        for (int c = 0; c < quantiser.channels(); c++) {
            live += quantiser.isDead(c) ? 0 : plane;
        }
        if (in.remaining() < PREFIX) {
            throw new PayloadException(Reason.WRONG_LENGTH, "the payload is too short for mode packed");
        }
        int smallest = in.getShort();
        int bits = in.get() & 0xFF;
        if (bits > MAX_BITS || in.remaining() != packedSize(live, bits)) {
            throw new PayloadException(
                    Reason.WRONG_LENGTH, "the payload's length does not match symbols of " + bits + " bits each");
        }
        int[] symbols = new int[quantiser.channels() * plane];
        long pending = 0;
        int held = 0;
        for (int i = 0; i < symbols.length; i++) {
            if (quantiser.isDead(i / plane)) {
                continue;
            }
            while (held < bits) {
                pending = pending << 8 | in.get() & 0xFF;
                held += 8;
            }
            held -= bits;
            symbols[i] = smallest + (int) (pending >>> held & (1L << bits) - 1);
            if (Math.abs(symbols[i]) > Quantiser.MAX_SYMBOL) {
                throw new PayloadException(Reason.CORRUPT, "a symbol is out of range");
            }
        }
        if ((pending & (1L << held) - 1) != 0) {
            throw new PayloadException(Reason.CORRUPT, "the bits after the last symbol are not zero");
        }
        return symbols;
    }

    private static int packedSize(int live, int bits) {
        return (int) (((long) live * bits + 7) / 8);
    }
}
