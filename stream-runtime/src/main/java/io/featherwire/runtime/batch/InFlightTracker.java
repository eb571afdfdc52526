package io.featherwire.runtime.batch;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Tracks what a stream thread's producer has sent, for at-least-once. Without transactions, a result and the freeing of
 * its slot are independent writes: if only the latter is stored when the process dies, the frame is lost. Therefore a
 * slot that is in the changelog is freed only after all earlier results are acknowledged. Exactly-once does not need
 * this.
 */
final class InFlightTracker {

    private record Slot(String changelog, int partition, int number) {}

    private final AtomicLong unacknowledged = new AtomicLong();
    private volatile boolean failed;

    /** Changelogs of pending stores; touched by the stream thread only. */
    private final Set<String> changelogs = new HashSet<>();

    /** Slots written and not freed since; touched by the stream thread only. */
    private final Set<Slot> written = new HashSet<>();

    /** Starts tracking which slots are in this changelog. */
    void watch(String changelog) {
        changelogs.add(changelog);
    }

    /** Whether everything sent is acknowledged. */
    boolean allAcknowledged() {
        return unacknowledged.get() == 0 && !failed;
    }

    /** Whether the changelog has a record in this slot. */
    boolean reachedChangelog(String changelog, int partition, int slot) {
        return written.contains(new Slot(changelog, partition, slot));
    }

    /** A record is sent. */
    void sent(ProducerRecord<byte[], byte[]> record) {
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

    /** A record was acknowledged or has failed; called on any thread. */
    void answered(@Nullable Exception failure) {
        if (failure != null) {
            failed = true;
        }
        unacknowledged.decrementAndGet();
    }
}
