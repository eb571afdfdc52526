package io.featherwire.schemas.audit;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The prediction of the uncompressed path (head on the original feature) for a frame, as a header of its features
 * record.
 *
 * <p>The prediction is a header and not a field, so that a frame without an audit needs no byte for it. The header has
 * eleven bytes, big-endian: version 1, class index (unsigned 16 bits), probability (float32, 0..1), size of the encoded
 * image in bytes (int32).
 *
 * @param classIndex index of the most probable class in the bundle's class list, 0..65,535
 * @param probability softmax probability of that class, 0..1
 * @param imageBytes size of the encoded image (JPEG, PNG or raw) that was compressed
 */
public record UncompressedResult(int classIndex, float probability, int imageBytes) {
    /** The header's key. */
    public static final String HEADER = "fw.audit";

    private static final byte VERSION = 1;
    private static final int BYTES = 11;

    /** @throws IllegalArgumentException if a value is outside of its range */
    public UncompressedResult {
        if (classIndex < 0 || classIndex > 0xffff) {
            throw new IllegalArgumentException("classIndex " + classIndex + " is not in 0..65535");
        }
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability " + probability + " is not in 0..1");
        }
        if (imageBytes < 0) {
            throw new IllegalArgumentException("imageBytes " + imageBytes + " is negative");
        }
    }

    /** The header's value. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .putShort((short) classIndex)
                .putFloat(probability)
                .putInt(imageBytes)
                .array();
    }

    /** Adds the header to a record that is about to be sent. */
    public void addTo(Headers headers) {
        headers.remove(HEADER).add(HEADER, toBytes());
    }

    /**
     * Reads the result from a record's headers; empty if the frame was not audited, or if the header is damaged or has
     * another version.
     */
    public static Optional<UncompressedResult> from(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        return header == null ? Optional.empty() : parse(header.value());
    }

    private static Optional<UncompressedResult> parse(byte[] bytes) {
        if (bytes == null || bytes.length != BYTES || bytes[0] != VERSION) {
            return Optional.empty();
        }
        var in = ByteBuffer.wrap(bytes, 1, BYTES - 1);
        int classIndex = in.getShort() & 0xffff;
        float probability = in.getFloat();
        int imageBytes = in.getInt();
        if (!(probability >= 0 && probability <= 1) || imageBytes < 0) {
            return Optional.empty();
        }
        return Optional.of(new UncompressedResult(classIndex, probability, imageBytes));
    }
}
