package io.featherwire.runtime;

import java.util.Map;
import java.util.Set;

/**
 * Any number of partitions will do.
 *
 * @param openToAnyone topics on which anyone may write
 */
public record AnyPartitions(Set<String> openToAnyone) implements PartitionRule {

    public AnyPartitions {
        openToAnyone = Set.copyOf(openToAnyone);
    }

    @Override
    public Set<String> topics() {
        return Set.of();
    }

    @Override
    public void check(Map<String, Integer> partitions) {
        // Whatever they are.
    }
}
