package io.featherwire.runtime;

import java.util.Map;
import java.util.Set;

/** What a stream asks of its topics: how many partitions they have, and which of them must not hold compressed records. */
public interface PartitionRule {

    /** Nothing. */
    PartitionRule NONE = new AnyPartitions(Set.of());

    /** The topics whose partitions are counted. */
    Set<String> topics();

    /**
     * Looks at the numbers before the first record is read.
     *
     * @throws StartException if the stream would go wrong with them
     */
    void check(Map<String, Integer> partitions);

    /** Topics on which anyone may write: what is compressed there is as large in memory as its writer likes. */
    Set<String> openToAnyone();
}
