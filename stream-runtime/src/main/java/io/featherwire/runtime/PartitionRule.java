package io.featherwire.runtime;

import java.util.Map;
import java.util.Set;

/**
 * The requirements of a stream on its topics: their numbers of partitions, and which of them must not store compressed
 * records.
 */
public interface PartitionRule {

    /** No requirements. */
    PartitionRule NONE = new AnyPartitions(Set.of());

    /** The topics whose numbers of partitions are checked. */
    Set<String> topics();

    /**
     * Checks the numbers before the first record is read.
     *
     * @throws StartException if the stream cannot work with them
     */
    void check(Map<String, Integer> partitions);

    /** Topics that other programs write to: a compressed record there can have any size in memory. */
    Set<String> openToAnyone();
}
