package io.featherwire.schemas.batch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Encodes numbers of similar size in few bytes: the minimum (a zigzag varint), a width in bits (one byte), and for each
 * number its difference from the minimum, in {@code width} bits, the lowest bit first. Equal numbers have width 0.
 *
 * <p>A series has its first number (a zigzag varint) and then one of two things. Either the packed differences between
 * successive numbers, which suits irregular times. Or, if the highest bit of the width byte is set, the packed
 * differences from a straight line, first + position × span / last position (rounded towards zero), and then the span
 * (a zigzag varint), which suits regular times. Sums, products and differences wrap around in 64 bits.
 */
final class PackedNumbers {

    private static final int MAX_VARINT_BYTES = 10;
    private static final int TICKING = 0x80;

    private PackedNumbers() {}

    static byte[] pack(long[] values) {
        var out = new ByteArrayOutputStream(values.length + 2);
        pack(values, 0, out);
        return out.toByteArray();
    }

    static byte[] packSeries(long[] values) {
        int last = values.length - 1;
        if (last == 0) {
            var first = new ByteArrayOutputStream(MAX_VARINT_BYTES);
            writeVarint(values[0], first);
            return first.toByteArray();
        }
        byte[] drifting = packSteps(values, last);
        byte[] ticking = packFromStraightLine(values, last);
        return ticking.length < drifting.length ? ticking : drifting;
    }

    private static byte[] packSteps(long[] values, int last) {
        var out = new ByteArrayOutputStream(values.length + 16);
        long[] steps = new long[last];
        Arrays.setAll(steps, i -> values[i + 1] - values[i]);
        writeVarint(values[0], out);
        pack(steps, 0, out);
        return out.toByteArray();
    }

    private static byte[] packFromStraightLine(long[] values, int last) {
        var out = new ByteArrayOutputStream(values.length + 16);
        long span = values[last] - values[0];
        long[] off = new long[last];
        Arrays.setAll(off, i -> values[i + 1] - straightLineValue(values[0], span, i + 1, last));
        writeVarint(values[0], out);
        pack(off, TICKING, out);
        writeVarint(span, out);
        return out.toByteArray();
    }

    /** The number at a position of a series with equal steps. */
    private static long straightLineValue(long first, long span, int place, int last) {
        return first + place * span / last;
    }

    private static void pack(long[] values, int flag, ByteArrayOutputStream out) {
        long least = Arrays.stream(values).min().orElseThrow();
        long used = 0;
        for (long value : values) {
            used |= value - least;
        }
        int width = Long.SIZE - Long.numberOfLeadingZeros(used);
        var bits = new BitSet(values.length * width);
        for (int i = 0; i < values.length; i++) {
            long above = values[i] - least;
            for (int bit = 0; bit < width; bit++) {
                bits.set(i * width + bit, (above >>> bit & 1) != 0);
            }
        }
        writeVarint(least, out);
        out.write(flag | width);
        out.writeBytes(Arrays.copyOf(bits.toByteArray(), packedSize(values.length, width)));
    }

    /** @throws FeatureBatchException if there are fewer or more bytes than {@code count} numbers take */
    static long[] unpack(ByteBuffer packed, int count) throws FeatureBatchException {
        ByteBuffer in = packed.duplicate();
        long least = readVarint(in);
        long[] values = unpackNext(in, least, readByte(in), count);
        requireEnd(in);
        return values;
    }

    /** @throws FeatureBatchException if there are fewer or more bytes than {@code count} numbers take */
    static long[] unpackSeries(ByteBuffer packed, int count) throws FeatureBatchException {
        ByteBuffer in = packed.duplicate();
        long[] values = new long[count];
        values[0] = readVarint(in);
        int last = count - 1;
        if (last > 0) {
            long least = readVarint(in);
            int width = readByte(in);
            boolean ticks = (width & TICKING) != 0;
            long[] off = unpackNext(in, least, width & ~TICKING, last);
            long span = ticks ? readVarint(in) : 0;
            for (int i = 1; i < count; i++) {
                values[i] = (ticks ? straightLineValue(values[0], span, i, last) : values[i - 1]) + off[i - 1];
            }
        }
        requireEnd(in);
        return values;
    }

    private static long[] unpackNext(ByteBuffer in, long min, int width, int count) throws FeatureBatchException {
        if (width > Long.SIZE || in.remaining() < packedSize(count, width)) {
            throw new FeatureBatchException(
                    "a packed field has " + in.remaining() + " bytes for " + count + " numbers of " + width + " bits");
        }
        byte[] packed = new byte[packedSize(count, width)];
        in.get(packed);
        BitSet bits = BitSet.valueOf(packed);
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            long above = 0;
            for (int bit = 0; bit < width; bit++) {
                above |= (bits.get(i * width + bit) ? 1L : 0L) << bit;
            }
            values[i] = min + above;
        }
        return values;
    }

    private static int packedSize(int count, int width) {
        return (count * width + Byte.SIZE - 1) / Byte.SIZE;
    }

    private static void writeVarint(long value, ByteArrayOutputStream out) {
        long left = value << 1 ^ value >> Long.SIZE - 1;
        while ((left & ~0x7fL) != 0) {
            out.write((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }

    private static long readVarint(ByteBuffer in) throws FeatureBatchException {
        long value = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            int next = readByte(in);
            value |= (next & 0x7fL) << 7 * i;
            if (next < 0x80) {
                return value >>> 1 ^ -(value & 1);
            }
        }
        throw new FeatureBatchException("a packed field has a varint of more than " + MAX_VARINT_BYTES + " bytes");
    }

    private static int readByte(ByteBuffer in) throws FeatureBatchException {
        if (!in.hasRemaining()) {
            throw new FeatureBatchException("a packed field ends too early");
        }
        return in.get() & 0xff;
    }

    private static void requireEnd(ByteBuffer in) throws FeatureBatchException {
        if (in.hasRemaining()) {
            throw new FeatureBatchException("a packed field has " + in.remaining() + " bytes after its numbers");
        }
    }
}
