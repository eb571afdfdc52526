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
 * Predictions of further heads on the original feature, as a header of a features record beside that of the bundle's
 * own head.
 *
 * <p>Big-endian: version 1, then for each head its fingerprint (8 bytes) and the class index (unsigned 16 bits).
 *
 * @param classes index of the most probable class in the head's class list, by the head's fingerprint (16 hex digits)
 */
public record HeadResults(Map<String, Integer> classes) {
    /** The header's key. */
    public static final String HEADER = "fw.audit.heads";

    /** Of no further head. */
    public static final HeadResults NONE = new HeadResults(Map.of());

    private static final byte VERSION = 1;
    private static final int FINGERPRINT = 8;
    private static final int ENTRY = FINGERPRINT + Short.BYTES;

    /** More make a header that costs more than the payload. */
    private static final int MOST = 100;

    /** Refuses what cannot be written. */
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

    /** Puts the results on a record that is about to be sent, if there are any. */
    public void addTo(Headers headers) {
        headers.remove(HEADER);
        if (!classes.isEmpty()) {
            var bytes = ByteBuffer.allocate(1 + ENTRY * classes.size()).put(VERSION);
            classes.forEach(
                    (head, index) -> bytes.put(HexFormat.of().parseHex(head)).putShort(index.shortValue()));
            headers.add(HEADER, bytes.array());
        }
    }

    /** The results on a record; none where the frame was not audited so, or the header is not of this version. */
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

    /** What one head says. */
    public OptionalInt of(String head) {
        Integer index = classes.get(head);
        return index == null ? OptionalInt.empty() : OptionalInt.of(index);
    }
}
