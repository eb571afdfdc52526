package io.featherwire.schemas.audit;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The predictions of further heads on the uncompressed feature, as a header of a features record. {@link
 * UncompressedResult} is the header for the bundle's own head.
 *
 * <p>The header's bytes, big-endian: version 1, then the fingerprint (8 bytes) and the class index (unsigned 16 bits)
 * of each head.
 *
 * @param classes for each head, by its fingerprint (16 hex digits): the index of the most probable class in the head's
 *     class list, 0..65,535
 */
public record HeadResults(Map<String, Integer> classes) {
    /** The header's key. */
    public static final String HEADER = "fw.audit.heads";

    /** The results of a frame that no further head has classified. */
    public static final HeadResults NONE = new HeadResults(Map.of());

    private static final byte VERSION = 1;
    private static final int FINGERPRINT = 8;
    private static final int ENTRY = FINGERPRINT + Short.BYTES;

    /** The maximum number of heads: a longer header would need more bytes than the payload. */
    private static final int MOST = 100;

    /**
     * @throws IllegalArgumentException if a fingerprint, a class index or the number of heads is outside of its range
     */
    public HeadResults {
        classes = Collections.unmodifiableMap(new TreeMap<>(requireNonNull(classes, "classes")));
        classes.forEach((head, index) -> {
            if (head.length() != 2 * FINGERPRINT || index < 0 || index > 0xffff) {
                throw new IllegalArgumentException("head " + head + ", class " + index);
            }
        });
        if (classes.size() > MOST) {
            throw new IllegalArgumentException(classes.size() + " heads, at most " + MOST + " are allowed");
        }
    }

    /** Adds the header to a record that is about to be sent, unless there are no results. */
    public void addTo(Headers headers) {
        headers.remove(HEADER);
        if (!classes.isEmpty()) {
            var bytes = ByteBuffer.allocate(1 + ENTRY * classes.size()).put(VERSION);
            classes.forEach(
                    (head, index) -> bytes.put(HexFormat.of().parseHex(head)).putShort(index.shortValue()));
            headers.add(HEADER, bytes.array());
        }
    }

    /**
     * Reads the results from a record's headers; {@link #NONE} if there is no such header, or if it is damaged or has
     * another version.
     */
    public static HeadResults from(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        byte[] bytes = header == null ? null : header.value();
        if (bytes == null
                || bytes.length < 1
                || bytes[0] != VERSION
                || (bytes.length - 1) % ENTRY != 0
                || (bytes.length - 1) / ENTRY > MOST) {
            return NONE;
        }
        Map<String, Integer> classes = new TreeMap<>();
        var in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        byte[] fingerprint = new byte[FINGERPRINT];
        while (in.hasRemaining()) {
            in.get(fingerprint);
            classes.put(HexFormat.of().formatHex(fingerprint), in.getShort() & 0xffff);
        }
        return new HeadResults(classes);
    }

    /** The class index that a head predicts; empty if there is no result of this head. */
    public OptionalInt of(String head) {
        Integer index = classes.get(head);
        return index == null ? OptionalInt.empty() : OptionalInt.of(index);
    }
}
