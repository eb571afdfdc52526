package io.featherwire.runtime.batch;

import java.lang.reflect.Field;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The memory of a record's headers. A header takes two bytes on the wire at least, and some hundred on the heap: a record of a
 * mebibyte may hold half a million of them.
 */
public final class HeaderMemory {

    /** Heap of a header beside its key and value: the header, its two buffers and the key's text. */
    private static final int HEADER_BYTES = 128;

    /** The list behind Kafka's headers, whose public methods remove one name at a time. */
    private static final Field LIST = list();

    private HeaderMemory() {}

    /** Approximate bytes on the heap. Afterwards the headers no longer refer to the memory of the whole fetch. */
    public static long bytes(Headers headers) {
        long bytes = 0;
        for (Header header : headers) {
            // Copies the value; until then it refers to the whole fetch's memory.
            byte[] value = header.value();
            bytes += HEADER_BYTES + header.key().length() + (value == null ? 0 : value.length);
        }
        return bytes;
    }

    /**
     * Removes all headers, in time proportional to their number; removal by name takes the square of it: hours for a
     * million.
     */
    public static void clear(Headers headers) {
        try {
            ((List<?>) LIST.get(headers)).clear();
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Field list() {
        try {
            Field list = RecordHeaders.class.getDeclaredField("headers");
            list.setAccessible(true);
            return list;
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("this version of Kafka's client keeps headers in another way", e);
        }
    }
}
