package io.featherwire.runtime.batch;

import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Limits the total bytes of the records that one poll returns. Kafka limits only compressed bytes, and a batch of some
 * kilobytes may have a thousand records of a few megabytes each. After the limit, records are returned without content,
 * and a later poll reads them again. The record that exceeds the limit is returned whole, so that each poll makes
 * progress. Belongs to one consumer and is not thread-safe.
 */
final class PollByteBudget implements Deserializer<byte[]> {

    private static final byte[] OMITTED = {};

    private final long bytes;
    private long left;

    PollByteBudget(long bytes) {
        this.bytes = bytes;
    }

    /** Resets the budget at the start of a poll. */
    void reset() {
        left = bytes;
    }

    /**
     * Whether this record was returned without content. Call this method once for each record of a poll, in the order
     * of its partition. Kafka calls no deserializer for a record without key and value, so this method counts the
     * headers of such a record.
     *
     * @param first whether the record is the first of its partition in this poll; a first record without key and value
     *     is kept, so that each poll makes progress
     */
    boolean isOmitted(ConsumerRecord<byte[], byte[]> record, boolean first) {
        if (record.key() != null || record.value() != null) {
            return record.key() == OMITTED || record.value() == OMITTED;
        }
        if (left <= 0 && !first) {
            HeaderMemory.clear(record.headers());
            return true;
        }
        left -= HeaderMemory.bytes(record.headers());
        return false;
    }

    @Override
    @SuppressWarnings("NullAway") // Kafka's own deserializers also return null for null.
    public byte @Nullable [] deserialize(String topic, byte @Nullable [] data) {
        return data;
    }

    @Override
    @SuppressWarnings("NullAway")
    public byte @Nullable [] deserialize(String topic, Headers headers, @Nullable ByteBuffer data) {
        if (left <= 0) {
            HeaderMemory.clear(headers);
            return OMITTED;
        }
        left -= HeaderMemory.bytes(headers);
        if (data == null) {
            return null;
        }
        left -= data.remaining();
        return Utils.toArray(data);
    }
}
