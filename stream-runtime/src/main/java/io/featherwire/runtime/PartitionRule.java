package io.featherwire.runtime;

import java.util.Map;
import java.util.Set;

/** What a stream asks of its topics' numbers of partitions. */
public interface PartitionRule {

    /** Nothing. */
    PartitionRule NONE = new PartitionRule() {
        @Override
        public Set<String> topics() {
            return Set.of();
        }

        @Override
        public void check(Map<String, Integer> partitions) {}
    };

    /** The topics whose partitions are counted. */
    Set<String> topics();

    /**
     * Looks at the numbers before the first record is read.
     *
     * @throws StartException if the stream would go wrong with them
     */
    void check(Map<String, Integer> partitions);
}
