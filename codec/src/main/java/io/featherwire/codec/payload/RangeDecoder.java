package io.featherwire.codec.payload;

import static io.featherwire.codec.payload.RangeEncoder.SCALE_BITS;
import static io.featherwire.codec.payload.RangeEncoder.SMALLEST_RANGE;
import static io.featherwire.codec.payload.RangeEncoder.TOTAL_BITS;

import io.featherwire.codec.payload.PayloadException.Reason;

/**
 * Reads the bytes that {@link RangeEncoder} writes. For each sequence of symbols it accepts only the encoder's own
 * bytes, which are the shortest.
 */
final class RangeDecoder {

    private final byte[] in;
    private int position;
    private long offset;
    private long range;

    /** @param payload an entropy payload, by its first byte */
    RangeDecoder(byte[] payload) {
        this.in = payload;
        for (int i = 0; i < SCALE_BITS / 8; i++) {
            offset = offset << 8 | readByte();
        }
        long unused = (long) PayloadHeader.FIRST_ENTROPY_BYTE << SCALE_BITS - 8;
        offset -= unused;
        range = (1L << SCALE_BITS) - unused;
    }

    /**
     * Returns the position in 0 .. (1 << TOTAL_BITS) - 1 of the next decision; a call of {@link #consume} must follow.
     */
    int peek() throws PayloadException {
        long target = offset / (range >>> TOTAL_BITS);
        if (target >>> TOTAL_BITS != 0) {
            throw new PayloadException(Reason.CORRUPT, "the payload is outside the coder's interval");
        }
        return (int) target;
    }

    void consume(int from, int width) {
        long unit = range >>> TOTAL_BITS;
        offset -= unit * from;
        range = unit * width;
        while (range < SMALLEST_RANGE) {
            offset = offset << 8 | readByte();
            range <<= 8;
        }
    }

    int decodeBits(int count) throws PayloadException {
        int shift = TOTAL_BITS - count;
        int bits = peek() >>> shift;
        consume(bits << shift, 1 << shift);
        return bits;
    }

    /** Checks that the payload ends exactly as the encoder ends it, with no byte missing and none left. */
    void finish() throws PayloadException {
        int beyond = position - in.length;
        if (beyond < 0) {
            throw new PayloadException(Reason.WRONG_LENGTH, "the payload has bytes after its last symbol");
        }
        int last = in[in.length - 1] & 0xFF;
        if (last == 0) {
            throw new PayloadException(Reason.CORRUPT, "the payload ends with a zero byte");
        }
        if (8 * beyond >= SCALE_BITS) {
            return;
        }
        long unit = 1L << 8 * beyond;
        boolean smallest = offset < unit;
        boolean shortest = offset + unit * (256 - last) >= range;
        if (!smallest || !shortest) {
            throw new PayloadException(
                    Reason.CORRUPT, "the payload does not have the last bytes that an encoder writes");
        }
    }

    private int readByte() {
        int octet = position < in.length ? in[position] & 0xFF : 0;
        position++;
        return octet;
    }
}
