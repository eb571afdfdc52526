package io.featherwire.runtime.batch;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Watches what a stream thread sends, for at-least-once. There a result and the freeing of its slot are no transaction: if
 * the broker has the one but not the other when the process dies, the frame is lost. So a slot that the changelog knows
 * of is freed only once all results sent before are acknowledged. Under exactly-once none of this is needed.
 */
public final class InFlightTracker implements ProducerInterceptor<byte[], byte[]> {

    /** Set on the stream thread at its first send. */
    private static final ThreadLocal<InFlightTracker> OF_THREAD = new ThreadLocal<>();

    private record Slot(String changelog, int partition, int number) {}

    private final AtomicLong unacknowledged = new AtomicLong();
    private volatile boolean failed;

    /** Slots written and not freed since; touched by the stream thread only. */
    private final Set<Slot> written = new HashSet<>();

    /** The watch on the calling stream thread's producer, once it has sent something. */
    static Optional<InFlightTracker> ofThread() {
        return Optional.ofNullable(OF_THREAD.get());
    }

    /** Whether the broker has everything that was sent. */
    boolean allAcknowledged() {
        return unacknowledged.get() == 0 && !failed;
    }

    /** Whether the changelog knows of a record in this slot. */
    boolean reachedChangelog(String changelog, int partition, int slot) {
        return written.contains(new Slot(changelog, partition, slot));
    }

    @Override
    public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
        OF_THREAD.set(this);
        unacknowledged.incrementAndGet();
        if (record.partition() != null && record.key() != null && record.topic().endsWith("-changelog")) {
            note(record.topic(), record.partition(), record.key(), record.value());
        }
        return record;
    }

    @Override
    public void onAcknowledgement(@Nullable RecordMetadata metadata, @Nullable Exception exception) {
        if (exception != null) {
            failed = true;
        }
        unacknowledged.decrementAndGet();
    }

    @Override
    public void configure(Map<String, ?> configs) {
        // Nothing to configure.
    }

    @Override
    public void close() {
        written.clear();
    }

    private void note(String changelog, int partition, byte[] key, byte @Nullable [] value) {
        if (key.length != Integer.BYTES) {
            return; // of another store
        }
        Slot slot = new Slot(changelog, partition, ByteBuffer.wrap(key).getInt());
        if (value == null) {
            written.remove(slot);
        } else {
            written.add(slot);
        }
    }
}
