package io.featherwire.runtime;

import java.util.Map;
import java.util.Set;

/**
 * A rule that allows any number of partitions.
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
        // Accepts any number of partitions.
    }
}
