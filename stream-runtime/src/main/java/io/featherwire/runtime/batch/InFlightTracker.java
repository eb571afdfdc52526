package io.featherwire.runtime.batch;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a stream thread's producer has sent, for at-least-once. There a result and the freeing of its slot are no transaction: if
 * the broker has the one but not the other when the process dies, the frame is lost. So a slot that the changelog knows
 * of is freed only once all results sent before are acknowledged. Under exactly-once none of this is needed.
 */
final class InFlightTracker {

    private record Slot(String changelog, int partition, int number) {}

    private final AtomicLong unacknowledged = new AtomicLong();
    private volatile boolean failed;

    /** Changelogs of pending stores; touched by the stream thread only. */
    private final Set<String> changelogs = new HashSet<>();

    /** Slots written and not freed since; touched by the stream thread only. */
    private final Set<Slot> written = new HashSet<>();

    /** From now on it is noted which slots this changelog knows of. */
    void watch(String changelog) {
        changelogs.add(changelog);
    }

    /** Whether the broker has everything that was sent. */
    boolean allAcknowledged() {
        return unacknowledged.get() == 0 && !failed;
    }

    /** Whether the changelog knows of a record in this slot. */
    boolean reachedChangelog(String changelog, int partition, int slot) {
        return written.contains(new Slot(changelog, partition, slot));
    }

    /** A record goes to the broker. */
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

    /** The broker has answered for a record, or never will; on any thread. */
    void answered(@Nullable Exception failure) {
        if (failure != null) {
            failed = true;
        }
        unacknowledged.decrementAndGet();
    }
}
