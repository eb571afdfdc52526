package io.featherwire.classifier;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.PartitionRule;
import io.featherwire.runtime.StartException;
import java.util.Map;
import java.util.Set;

/** A frame and its label must meet: features and labels need equally many partitions, and the parts exactly one. */
record CoPartitioning(ClassifierTopics names, LabelPlacement placement) implements PartitionRule {

    @Override
    public Set<String> topics() {
        return Set.of(names.features(), names.labels(), names.accuracyParts());
    }

    @Override
    public void check(Map<String, Integer> partitions) {
        int features = requireNonNull(partitions.get(names.features()), "features");
        int labels = requireNonNull(partitions.get(names.labels()), "labels");
        int parts = requireNonNull(partitions.get(names.accuracyParts()), "accuracy-parts");
        if (features != labels) {
            throw new StartException(
                    names.features() + " has " + features + " partitions and " + names.labels() + " has " + labels
                            + ": a frame would not meet its label; create both with equally many",
                    null);
        }
        if (parts != 1) {
            throw new StartException(
                    names.accuracyParts() + " has " + parts + " partitions, must have 1; create it anew", null);
        }
        placement.partitions(labels);
    }
}
