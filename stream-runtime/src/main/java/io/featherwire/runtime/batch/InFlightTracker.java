package io.featherwire.runtime.batch;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Counts the records that a stream thread's producer has sent and the brokers have not acknowledged, for at-least-once.
 * Without transactions, a result and the tombstone of its slot are independent writes. If the process dies when only
 * the tombstone is stored, the frame is lost. Therefore a slot that is in the changelog is freed only after all earlier
 * results are acknowledged. Exactly-once does not need this.
 */
final class InFlightTracker {

    private record Slot(String changelog, int partition, int number) {}

    private final AtomicLong unacknowledged = new AtomicLong();
    private volatile boolean failed;

    /** The changelogs of pending stores; only the stream thread uses this set. */
    private final Set<String> changelogs = new HashSet<>();

    /** The slots that were written to a changelog and not freed since; only the stream thread uses this set. */
    private final Set<Slot> written = new HashSet<>();

    /** Starts to track which slots are in this changelog. */
    void trackChangelog(String changelog) {
        changelogs.add(changelog);
    }

    /** Whether all sent records are acknowledged. */
    boolean isAllAcknowledged() {
        return unacknowledged.get() == 0 && !failed;
    }

    /** Whether a record of this slot was written to the changelog. */
    boolean isInChangelog(String changelog, int partition, int slot) {
        return written.contains(new Slot(changelog, partition, slot));
    }

    /** Counts a record that is about to be sent. */
    void onSend(ProducerRecord<byte[], byte[]> record) {
        unacknowledged.incrementAndGet();
        if (record.partition() != null && record.key() != null && changelogs.contains(record.topic())) {
            Slot slot = new Slot(
                    record.topic(),
                    record.partition(),
                    ByteBuffer.wrap(record.key()).getInt());
            if (record.value() == null) {
                written.remove(slot);
            } else {
                written.add(slot);
            }
        }
    }

    /** Counts a record that was acknowledged or has failed. Any thread may call this method. */
    void onCompletion(@Nullable Exception failure) {
        if (failure != null) {
            failed = true;
        }
        unacknowledged.decrementAndGet();
    }
}
