package io.featherwire.codec.bundle;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The name of a bundle in records: the first 8 bytes of the SHA-256 of its canonical manifest.
 *
 * @param bits the 8 bytes as a big-endian number
 */
public record Fingerprint(long bits) {

    /** The size of a fingerprint, in bytes. */
    public static final int SIZE = Long.BYTES;

    /** Reads a fingerprint from the first 8 bytes of an array. */
    public static Fingerprint of(byte[] bytes) {
        if (bytes.length < SIZE) {
            throw new IllegalArgumentException("a fingerprint has 8 bytes, not " + bytes.length);
        }
        return new Fingerprint(ByteBuffer.wrap(bytes).getLong());
    }

    /** Reads a fingerprint from 16 hexadecimal digits. */
    public static Fingerprint parse(String hex) {
        if (hex.length() != 2 * SIZE) {
            throw new IllegalArgumentException("a fingerprint has 16 hexadecimal digits: '" + hex + "'");
        }
        return of(HexFormat.of().parseHex(hex));
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(SIZE).putLong(bits).array();
    }

    public String hex() {
        return HexFormat.of().toHexDigits(bits);
    }

    @Override
    public String toString() {
        return hex();
    }
}
