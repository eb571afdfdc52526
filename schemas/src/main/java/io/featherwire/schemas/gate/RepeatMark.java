package io.featherwire.schemas.gate;

import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.zip.CRC32C;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The header of features records that a gate has let through: without a value on a frame that later ones may repeat, with the
 * CRC-32C (4 bytes, big-endian) of the repeated payload on a repeat, whose own payload is empty.
 *
 * <p>A header and not a field, so that a record that no gate has seen pays no byte for it, and readers of today's schema read on.
 */
public final class RepeatMark {

    /** The header's key. */
    public static final String HEADER = "fw.gate";

    private RepeatMark() {}

    /** Marks a frame that later ones may repeat. */
    public static void addRepeatable(Headers headers) {
        headers.remove(HEADER).add(HEADER, new byte[0]);
    }

    /** Marks a repeat of a payload. */
    public static void addRepeat(Headers headers, int checksum) {
        headers.remove(HEADER)
                .add(HEADER, ByteBuffer.allocate(Integer.BYTES).putInt(checksum).array());
    }

    /** Whether later frames may repeat this one. */
    public static boolean isRepeatable(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        return header != null && (header.value() == null || header.value().length == 0);
    }

    /** The checksum of the payload that is repeated; empty where this is no repeat. */
    public static OptionalInt repeated(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        return header == null || header.value() == null || header.value().length != Integer.BYTES
                ? OptionalInt.empty()
                : OptionalInt.of(ByteBuffer.wrap(header.value()).getInt());
    }

    /** Of a payload's remaining bytes, which stay where they are. */
    public static int checksum(ByteBuffer payload) {
        var crc = new CRC32C();
        crc.update(payload.duplicate());
        return (int) crc.getValue();
    }
}
