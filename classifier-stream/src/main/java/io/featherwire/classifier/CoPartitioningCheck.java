package io.featherwire.classifier;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.PartitionRule;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.topics.TopicNames;
import java.util.Map;
import java.util.Set;

/**
 * Checks the numbers of partitions. Features and labels are joined by partition, so their topics need the same number;
 * the topic of accuracy parts needs exactly one partition.
 */
record CoPartitioningCheck(
        String featuresTopic,
        String labelsTopic,
        String partsTopic,
        Set<String> alsoRead,
        LabelPartitionCheck placement)
        implements PartitionRule {

    CoPartitioningCheck {
        alsoRead = Set.copyOf(alsoRead);
    }

    static CoPartitioningCheck of(ClassifierConfig config, LabelPartitionCheck placement) {
        return new CoPartitioningCheck(
                config.get(TopicNames.FEATURES),
                config.get(TopicNames.LABELS),
                config.get(TopicNames.ACCURACY_PARTS),
                dashboardTopics(config),
                placement);
    }

    @Override
    public Set<String> topics() {
        return Set.of(featuresTopic, labelsTopic, partsTopic);
    }

    private static Set<String> dashboardTopics(ClassifierConfig config) {
        return Set.of(
                config.get(TopicNames.ACCURACY),
                config.get(TopicNames.CLASSIFICATIONS),
                config.get(StreamConfig.DEAD_LETTERS),
                config.get(TopicNames.EDGE_GAPS),
                config.get(TopicNames.IMAGES));
    }

    @Override
    public void check(Map<String, Integer> partitions) {
        int features = requireNonNull(partitions.get(featuresTopic), "features");
        int labels = requireNonNull(partitions.get(labelsTopic), "labels");
        int parts = requireNonNull(partitions.get(partsTopic), "accuracy-parts");
        if (features != labels) {
            throw new StartException(
                    featuresTopic + " has " + features + " partitions and " + labelsTopic + " has " + labels
                            + ": frames would not be joined with their labels; create both topics with the same number "
                            + "of partitions",
                    null);
        }
        if (parts != 1) {
            throw new StartException(
                    partsTopic + " has " + parts + " partitions, must have 1; delete the topic and create it again",
                    null);
        }
        placement.setPartitions(labels);
    }
}
