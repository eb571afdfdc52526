package io.featherwire.classifier.dashboard;

import io.featherwire.runtime.batch.HeaderMemory;
import io.micrometer.core.instrument.Counter;
import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Limits the memory of the records that one poll returns to the dashboard. Kafka limits only compressed bytes, and on a
 * topic with compressed records, some kilobytes may have thousands of large records. Beyond the limit, keys and values
 * are null and headers are removed, so the dashboard does not show these records. Of dead letters, only the headers are
 * read. Belongs to one consumer and is not thread-safe.
 */
final class DashboardByteLimit implements Deserializer<byte[]> {

    /** The maximum total size of one poll, in bytes. */
    static final int MOST = 16 << 20;

    private final String deadLetters;
    private final Counter notShown;
    private long left = MOST;

    /** The headers of the current record. They are counted once, although key and value are deserialised separately. */
    private @Nullable Headers counted;

    private boolean beyond;

    /**
     * @param deadLetters the topic of dead letters
     * @param notShown counts the records that are not shown
     */
    DashboardByteLimit(String deadLetters, Counter notShown) {
        this.deadLetters = deadLetters;
        this.notShown = notShown;
    }

    /** Resets the limit at the start of a poll. */
    void reset() {
        left = MOST;
        counted = null;
    }

    @Override
    @SuppressWarnings("NullAway") // Kafka's interface does not say that null is returned for null.
    public byte @Nullable [] deserialize(String topic, byte @Nullable [] data) {
        return data;
    }

    @Override
    @SuppressWarnings("NullAway")
    public byte @Nullable [] deserialize(String topic, Headers headers, @Nullable ByteBuffer data) {
        if (headers != counted) {
            counted = headers;
            count(headers);
        }
        if (data == null || beyond || topic.equals(deadLetters)) {
            return null;
        }
        if (data.remaining() > left) {
            notShown.increment();
            return null;
        }
        left -= data.remaining();
        return Utils.toArray(data);
    }

    private void count(Headers headers) {
        long size = HeaderMemory.bytes(headers);
        beyond = size > left;
        if (beyond) {
            HeaderMemory.clear(headers);
            notShown.increment();
        } else {
            left -= size;
        }
    }
}
