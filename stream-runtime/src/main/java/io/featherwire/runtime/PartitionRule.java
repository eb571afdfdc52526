package io.featherwire.runtime;

import java.util.Map;
import java.util.Set;

/**
 * The requirements of an app on its topics: their numbers of partitions, and the topics that the app reads outside of
 * its topology.
 */
public interface PartitionRule {

    /** A rule that accepts any number of partitions, without further topics. */
    PartitionRule NONE = new PartitionRule() {
        @Override
        public Set<String> topics() {
            return Set.of();
        }

        @Override
        public void check(Map<String, Integer> partitions) {
            // All numbers are valid.
        }

        @Override
        public Set<String> alsoRead() {
            return Set.of();
        }
    };

    /** The topics whose numbers of partitions are checked. */
    Set<String> topics();

    /**
     * Checks the numbers of partitions before the first record is read.
     *
     * @throws StartException if the stream cannot work with these numbers
     */
    void check(Map<String, Integer> partitions);

    /** The topics that the app reads besides the sources of its topology; they need not exist. */
    Set<String> alsoRead();
}
