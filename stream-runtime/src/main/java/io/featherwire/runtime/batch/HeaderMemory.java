package io.featherwire.runtime.batch;

import java.lang.reflect.Field;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Computes the memory of a record's headers. A header takes as little as two bytes on the wire and more than a hundred
 * on the heap, and a record of 1 MiB may have half a million headers.
 */
public final class HeaderMemory {

    /**
     * The heap memory of a header in addition to its key and value: the objects of the header, of its two buffers and
     * of its key, in bytes.
     */
    private static final int HEADER_BYTES = 128;

    /** The list inside of Kafka's headers; the public methods only remove the headers of one name at a time. */
    private static final Field LIST = listField();

    private HeaderMemory() {}

    /**
     * The approximate heap memory of headers, in bytes. After this call, the headers no longer refer to the memory of
     * the whole fetch.
     */
    public static long bytes(Headers headers) {
        long bytes = 0;
        for (Header header : headers) {
            // Before this call, the value refers to the memory of the whole fetch; value() copies it.
            byte[] value = header.value();
            bytes += HEADER_BYTES + header.key().length() + (value == null ? 0 : value.length);
        }
        return bytes;
    }

    /** Removes all headers in linear time. Removal by name takes quadratic time: hours for a million headers. */
    public static void clear(Headers headers) {
        try {
            ((List<?>) LIST.get(headers)).clear();
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Field listField() {
        try {
            Field list = RecordHeaders.class.getDeclaredField("headers");
            list.setAccessible(true);
            return list;
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("this version of Kafka's client has no field RecordHeaders.headers", e);
        }
    }
}
