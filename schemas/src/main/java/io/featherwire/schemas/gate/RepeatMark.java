package io.featherwire.schemas.gate;

import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.zip.CRC32C;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The header of the gate on features records. On a frame that later frames may repeat, the header is empty. On a
 * repeat, the payload is empty and the header is the CRC-32C (4 bytes, big-endian) of the payload that it repeats.
 *
 * <p>The mark is a header and not a field, so that records without a gate need no byte for it, and the schema does not
 * change.
 */
public final class RepeatMark {

    /** The header's key. */
    public static final String HEADER = "fw.gate";

    private RepeatMark() {}

    /** Marks a frame that later frames may repeat. */
    public static void addRepeatable(Headers headers) {
        headers.remove(HEADER).add(HEADER, new byte[0]);
    }

    /**
     * Marks a frame that repeats an earlier payload.
     *
     * @param checksum the {@link #checksum} of that payload
     */
    public static void addRepeat(Headers headers, int checksum) {
        headers.remove(HEADER)
                .add(HEADER, ByteBuffer.allocate(Integer.BYTES).putInt(checksum).array());
    }

    /** Whether later frames may repeat the frame with these headers. */
    public static boolean isRepeatable(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        return header != null && (header.value() == null || header.value().length == 0);
    }

    /** The checksum of the payload that a frame repeats; empty if the frame is not a repeat. */
    public static OptionalInt repeatedChecksum(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        return header == null || header.value() == null || header.value().length != Integer.BYTES
                ? OptionalInt.empty()
                : OptionalInt.of(ByteBuffer.wrap(header.value()).getInt());
    }

    /** The CRC-32C of a payload's remaining bytes; the buffer's position stays. */
    public static int checksum(ByteBuffer payload) {
        var crc = new CRC32C();
        crc.update(payload.duplicate());
        return (int) crc.getValue();
    }
}
