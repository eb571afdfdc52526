package io.featherwire.runtime;

import java.util.Map;
import java.util.Set;

/** The requirements of an app on its topics: their numbers of partitions, and the topics that it reads besides its topology's. */
public interface PartitionRule {

    /** Any number of partitions, and no further topics. */
    PartitionRule NONE = new PartitionRule() {
        @Override
        public Set<String> topics() {
            return Set.of();
        }

        @Override
        public void check(Map<String, Integer> partitions) {
            // Whatever they are.
        }

        @Override
        public Set<String> alsoRead() {
            return Set.of();
        }
    };

    /** The topics whose numbers of partitions are checked. */
    Set<String> topics();

    /**
     * Checks the numbers before the first record is read.
     *
     * @throws StartException if the stream cannot work with them
     */
    void check(Map<String, Integer> partitions);

    /** Topics that the app reads besides the sources of its topology, whether or not they exist. */
    Set<String> alsoRead();
}
