package io.featherwire.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds partitions in which a transaction has been open for long. Readers of committed records see no record after the
 * first record of an open transaction, whether transactional or not, until the transaction ends.
 */
final class HeldPartitions {

    /**
     * The offsets of a partition.
     *
     * @param committed the last stable offset: the start of the first open transaction, or the end if there is none
     * @param end the offset after the last record
     */
    record Offsets(long committed, long end) {}

    /**
     * A partition that readers wait for.
     *
     * @param since how long the transaction has been open, as far as observed
     */
    record Held(TopicPartition partition, Offsets offsets, Duration since) {}

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

    /** @param patience how long a transaction may be open before its partition counts as held */
    HeldPartitions(Duration patience) {
        this.patience = patience;
    }

    /** The number of partitions that are held now. */
    int count() {
        return count;
    }

    /**
     * Updates the state with newly read offsets.
     *
     * @param now the current time, in nanoseconds
     * @return the partitions that became held since the last call; each transaction is reported once
     */
    List<Held> update(Map<TopicPartition, Offsets> read, long now) {
        waiting.keySet().retainAll(read.keySet());
        List<Held> found = new ArrayList<>();
        int held = 0;
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
                held++;
                if (!seen.reported) {
                    seen.reported = true;
                    found.add(new Held(each.getKey(), offsets, since));
                }
            }
        }
        count = held;
        return found;
    }
}
