package io.featherwire.classifier.accuracy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads a value of the ledger's store: a version byte, then fixed-length fields and variable-length
 * integers.
 */
final class LedgerValueFormat {

    private static final byte VERSION = 1;

    private LedgerValueFormat() {}

    /**
     * Writes a zigzag varint: seven bits in each byte, the lowest bits first. Small numbers of either sign take one
     * byte.
     */
    static void writeVarint(DataOutputStream out, long value) throws IOException {
        long rest = value << 1 ^ value >> 63;
        while ((rest & ~0x7fL) != 0) {
            out.writeByte((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    static long readVarint(DataInputStream in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = in.readUnsignedByte();
            value |= (long) (b & 0x7f) << shift;
            if ((b & 0x80) == 0) {
                return value >>> 1 ^ -(value & 1);
            }
        }
        throw new IOException("a variable-length integer of more than ten bytes");
    }

    /** Makes a value: the version byte, then the bytes that {@code writing} writes. */
    static byte[] toBytes(ValueWriter writing) {
        var bytes = new ByteArrayOutputStream(96);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            writing.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen: writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a value.
     *
     * @throws IllegalStateException if the value has another version or is damaged
     */
    static <T> T read(byte[] bytes, ValueReader<T> reading) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IOException("version " + version + ", this program reads version " + VERSION);
            }
            return reading.readFrom(in);
        } catch (IOException | IndexOutOfBoundsException e) {
            // Only this application writes to the store, so the environment is at fault, not a record.
            throw new IllegalStateException(
                    "the accuracy store has a value that this release cannot read: " + reason(e)
                            + "; reset the application's state, or run the release that wrote the value",
                    e);
        }
    }

    private static String reason(Exception e) {
        @Nullable String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    interface ValueWriter {
        void writeTo(DataOutputStream out) throws IOException;
    }

    interface ValueReader<T> {
        T readFrom(DataInputStream in) throws IOException;
    }
}
