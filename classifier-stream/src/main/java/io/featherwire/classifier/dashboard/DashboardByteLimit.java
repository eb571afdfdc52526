package io.featherwire.classifier.dashboard;

import io.featherwire.runtime.batch.HeaderMemory;
import io.micrometer.core.instrument.Counter;
import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * The keys, values and headers of one poll that the page keeps in memory. Kafka limits a poll by compressed bytes: where topics store
 * compressed records, some kilobytes may hold thousands of large ones. Beyond the limit, keys and values come as null and
 * headers are removed, so that their records are not shown. Of dead letters only headers are kept. Belongs to one
 * consumer and is not thread-safe.
 */
final class DashboardByteLimit implements Deserializer<byte[]> {

    /** Maximum total bytes of one poll. */
    static final int MOST = 16 << 20;

    private final String deadLetters;
    private final Counter notShown;
    private long left = MOST;

    /** Headers of the record at hand, which are counted once, with the first of key and value. */
    private @Nullable Headers counted;

    private boolean beyond;

    /**
     * @param deadLetters topic of dead letters
     * @param notShown counts records that are not shown
     */
    DashboardByteLimit(String deadLetters, Counter notShown) {
        this.deadLetters = deadLetters;
        this.notShown = notShown;
    }

    /** A poll begins. */
    void restart() {
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
