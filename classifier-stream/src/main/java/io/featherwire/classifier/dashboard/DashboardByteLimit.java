package io.featherwire.classifier.dashboard;

import io.micrometer.core.instrument.Counter;
import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * The keys and values of one poll that the page keeps in memory. Kafka limits a poll by compressed bytes: where topics store
 * compressed records, some kilobytes may hold thousands of large ones. Beyond the limit, keys and values come as null, so
 * that their records are not shown; so do the values of dead letters, of which only headers are shown. Belongs to one
 * consumer and is not thread-safe.
 */
final class DashboardByteLimit implements Deserializer<byte[]> {

    /** Maximum total bytes of one poll. */
    static final int MOST = 16 << 20;

    private final String deadLetters;
    private final Counter notShown;
    private long left = MOST;

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
    }

    @Override
    @SuppressWarnings("NullAway") // Kafka's interface does not say that null is returned for null.
    public byte @Nullable [] deserialize(String topic, byte @Nullable [] data) {
        return data;
    }

    @Override
    @SuppressWarnings("NullAway")
    public byte @Nullable [] deserialize(String topic, Headers headers, @Nullable ByteBuffer data) {
        if (data == null || topic.equals(deadLetters)) {
            return null;
        }
        if (data.remaining() > left) {
            notShown.increment();
            return null;
        }
        left -= data.remaining();
        return Utils.toArray(data);
    }
}
