package io.featherwire.runtime.topics;

import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.Values;
import java.util.List;

/** The names of all topics. */
record TopicNames(
        String images,
        String labels,
        String features,
        String classifications,
        String accuracyParts,
        String accuracy,
        String deadLetters,
        String edgePositions,
        String edgeGaps) {

    private static final Setting<String> IMAGES = StreamConfig.topic("topic.images", "Topic of images.", "images");
    private static final Setting<String> LABELS = StreamConfig.topic("topic.labels", "Topic of labels.", "labels");
    private static final Setting<String> FEATURES =
            StreamConfig.topic("topic.features", "Topic of compact features.", "features");
    private static final Setting<String> CLASSIFICATIONS =
            StreamConfig.topic("topic.classifications", "Topic of classifications.", "classifications");
    private static final Setting<String> ACCURACY_PARTS = StreamConfig.topic(
            "topic.accuracy.parts", "Topic of accuracy snapshots of single partitions.", "accuracy-parts");
    private static final Setting<String> ACCURACY =
            StreamConfig.topic("topic.accuracy", "Topic of accuracy snapshots.", "accuracy");

    private static final Setting<String> EDGE_POSITIONS =
            StreamConfig.topic("topic.edge.positions", "Topic of how far outboxes have been sent.", "edge-positions");
    private static final Setting<String> EDGE_GAPS =
            StreamConfig.topic("topic.edge.gaps", "Topic of frames that devices gave up.", "edge-gaps");

    static final List<Setting<?>> SETTINGS = List.of(
            IMAGES,
            LABELS,
            FEATURES,
            CLASSIFICATIONS,
            ACCURACY_PARTS,
            ACCURACY,
            StreamConfig.DEAD_LETTERS,
            EDGE_POSITIONS,
            EDGE_GAPS);

    static TopicNames from(Values values) {
        return new TopicNames(
                values.get(IMAGES),
                values.get(LABELS),
                values.get(FEATURES),
                values.get(CLASSIFICATIONS),
                values.get(ACCURACY_PARTS),
                values.get(ACCURACY),
                values.get(StreamConfig.DEAD_LETTERS),
                values.get(EDGE_POSITIONS),
                values.get(EDGE_GAPS));
    }
}
