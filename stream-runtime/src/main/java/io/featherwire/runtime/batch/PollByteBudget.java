package io.featherwire.runtime.batch;

import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * The maximum total bytes of the records of one poll. Kafka counts them compressed: a batch of some kilobytes may hold a thousand
 * records of a few megabytes each. After the limit, records are returned without content and read again by a later poll;
 * the record that exceeds the limit is returned whole, whatever its size. Belongs to one consumer and is not thread-safe.
 */
final class PollByteBudget implements Deserializer<byte[]> {

    private static final byte[] LEFT_OUT = {};

    /** Heap of a header beside its key and value: the header, its two buffers and the key's text. */
    private static final int HEADER_BYTES = 128;

    /** The list behind Kafka's headers, whose public methods remove one name at a time. */
    private static final Field LIST = list();

    private final long bytes;
    private long left;

    PollByteBudget(long bytes) {
        this.bytes = bytes;
    }

    /** A poll begins. */
    void restart() {
        left = bytes;
    }

    /** Whether this record was returned without content. */
    static boolean leftOut(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == LEFT_OUT || record.value() == LEFT_OUT;
    }

    @Override
    @SuppressWarnings("NullAway") // Null for null, as Kafka's own does; its interface says nothing of it.
    public byte @Nullable [] deserialize(String topic, byte @Nullable [] data) {
        return data;
    }

    @Override
    @SuppressWarnings("NullAway")
    public byte @Nullable [] deserialize(String topic, Headers headers, @Nullable ByteBuffer data) {
        if (left <= 0) {
            clear(headers);
            return LEFT_OUT;
        }
        for (Header header : headers) {
            // Copies the value; until then it refers to the whole record's memory.
            byte[] value = header.value();
            left -= HEADER_BYTES + header.key().length() + (value == null ? 0 : value.length);
        }
        if (data == null) {
            return null;
        }
        left -= data.remaining();
        return Utils.toArray(data);
    }

    /** Takes time in proportion to the number of headers; removing them by name takes the square of it: hours for a million. */
    private static void clear(Headers headers) {
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
