package io.featherwire.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds the partitions in which a transaction that has been open for long blocks consumers with the isolation level
 * {@code read_committed}: until the transaction ends, they see no record after its first record, whether transactional
 * or not.
 */
final class BlockedPartitions {

    /**
     * The offsets of a partition.
     *
     * @param committed the last stable offset: the start of the first open transaction, or the end if there is none
     * @param end the offset after the last record
     */
    record Offsets(long committed, long end) {}

    /**
     * A partition in which an open transaction blocks consumers.
     *
     * @param since how long the transaction has been open, as far as observed
     */
    record Blocked(TopicPartition partition, Offsets offsets, Duration since) {}

    private static final class OpenTransaction {
        private final long committed;
        private final long since;
        private boolean reported;

        private OpenTransaction(long committed, long since) {
            this.committed = committed;
            this.since = since;
        }
    }

    private final Duration patience;
    private final Map<TopicPartition, OpenTransaction> waiting = new HashMap<>();
    private volatile int count;

    /** @param patience how long a transaction may be open before its partition counts as blocked */
    BlockedPartitions(Duration patience) {
        this.patience = patience;
    }

    /** The number of partitions that are blocked now. */
    int count() {
        return count;
    }

    /**
     * Updates the state with newly read offsets.
     *
     * @param now the current time, in nanoseconds
     * @return the partitions that became blocked since the last call; each transaction is reported once
     */
    List<Blocked> update(Map<TopicPartition, Offsets> read, long now) {
        waiting.keySet().retainAll(read.keySet());
        List<Blocked> found = new ArrayList<>();
        int blocked = 0;
        for (Map.Entry<TopicPartition, Offsets> each : read.entrySet()) {
            Offsets offsets = each.getValue();
            if (offsets.committed() >= offsets.end()) {
                waiting.remove(each.getKey());
                continue;
            }
            OpenTransaction seen = waiting.get(each.getKey());
            if (seen == null || seen.committed != offsets.committed()) {
                seen = new OpenTransaction(offsets.committed(), now);
                waiting.put(each.getKey(), seen);
            }
            Duration since = Duration.ofNanos(now - seen.since);
            if (since.compareTo(patience) >= 0) {
                blocked++;
                if (!seen.reported) {
                    seen.reported = true;
                    found.add(new Blocked(each.getKey(), offsets, since));
                }
            }
        }
        count = blocked;
        return found;
    }
}
