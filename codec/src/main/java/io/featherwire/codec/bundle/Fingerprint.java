package io.featherwire.codec.bundle;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * Names a bundle on the wire: the first 8 bytes of the SHA-256 over its canonical manifest.
 *
 * @param bits the 8 bytes, the first one highest
 */
public record Fingerprint(long bits) {

    /** Bytes of a fingerprint. */
    public static final int SIZE = Long.BYTES;

    /** Reads the first 8 bytes, which must be there. */
    public static Fingerprint of(byte[] bytes) {
        if (bytes.length < SIZE) {
            throw new IllegalArgumentException("a fingerprint has 8 bytes, not " + bytes.length);
        }
        return new Fingerprint(ByteBuffer.wrap(bytes).getLong());
    }

    /** Reads 16 hexadecimal digits. */
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
