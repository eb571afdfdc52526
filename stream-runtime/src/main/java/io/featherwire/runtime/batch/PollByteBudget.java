package io.featherwire.runtime.batch;

import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
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
            for (Header header : headers.toArray()) {
                headers.remove(header.key());
            }
            return LEFT_OUT;
        }
        for (Header header : headers) {
            // Copies the value; until then it refers to the whole record's memory.
            byte[] value = header.value();
            left -= header.key().length() + (value == null ? 0 : value.length);
        }
        if (data == null) {
            return null;
        }
        left -= data.remaining();
        return Utils.toArray(data);
    }
}
