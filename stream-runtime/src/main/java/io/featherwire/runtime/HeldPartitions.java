package io.featherwire.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions whose readers of committed records have waited for long for the same open transaction. Whatever is
 * written after its first record, transactional or not, becomes visible only when it ends.
 */
final class HeldPartitions {

    /**
     * Offsets of a partition.
     *
     * @param committed last stable offset: where the first open transaction begins, else the end
     * @param end after the last record
     */
    record Offsets(long committed, long end) {}

    /** A partition that readers wait for, and for how long the transaction has been seen. */
    record Held(TopicPartition partition, Offsets offsets, Duration since) {}

    private static final class Waiting {
        private final long committed;
        private final long since;
        private boolean reported;

        private Waiting(long committed, long since) {
            this.committed = committed;
            this.since = since;
        }
    }

    private final Duration patience;
    private final Map<TopicPartition, Waiting> waiting = new HashMap<>();
    private volatile int count;

    /** @param patience how long a transaction may be open */
    HeldPartitions(Duration patience) {
        this.patience = patience;
    }

    /** Number of partitions that are held now. */
    int count() {
        return count;
    }

    /**
     * Takes the offsets that were just read.
     *
     * @param now in nanoseconds
     * @return the partitions that have exceeded the patience since the last call; each transaction once
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
            Waiting seen = waiting.get(each.getKey());
            if (seen == null || seen.committed != offsets.committed()) {
                seen = new Waiting(offsets.committed(), now);
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
