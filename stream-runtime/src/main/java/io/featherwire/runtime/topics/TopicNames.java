package io.featherwire.runtime.topics;

import static io.featherwire.runtime.StreamConfig.topic;

import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.Settings;
import java.util.List;

/** The settings for the names of the topics, except the dead-letter topic, whose setting is in {@link StreamConfig}. */
public final class TopicNames {

    private static final Settings SETTINGS = new Settings();

    public static final Setting<String> IMAGES = SETTINGS.add(topic("topic.images", "Topic of images.", "images"));
    public static final Setting<String> LABELS = SETTINGS.add(topic("topic.labels", "Topic of labels.", "labels"));
    public static final Setting<String> FEATURES =
            SETTINGS.add(topic("topic.features", "Topic of compact features.", "features"));
    public static final Setting<String> FEATURE_BATCHES = SETTINGS.add(topic(
            "topic.feature.batches",
            "Topic of batches: several frames of a device in one record. The classifier splits them if the topic exists when it starts.",
            "feature-batches"));
    public static final Setting<String> CLASSIFICATIONS =
            SETTINGS.add(topic("topic.classifications", "Topic of classifications.", "classifications"));
    public static final Setting<String> ACCURACY_PARTS = SETTINGS.add(
            topic("topic.accuracy.parts", "Topic of accuracy snapshots of single partitions.", "accuracy-parts"));
    public static final Setting<String> ACCURACY =
            SETTINGS.add(topic("topic.accuracy", "Topic of accuracy snapshots.", "accuracy"));

    static {
        SETTINGS.add(StreamConfig.DEAD_LETTERS);
    }

    public static final Setting<String> EDGE_POSITIONS = SETTINGS.add(topic(
            "topic.edge.positions",
            "Topic of outbox positions: up to which frame each outbox has been sent.",
            "edge-positions"));
    public static final Setting<String> EDGE_GAPS =
            SETTINGS.add(topic("topic.edge.gaps", "Topic of gaps: frames that devices dropped.", "edge-gaps"));

    private TopicNames() {}

    /** The settings of all topic names, in the order of the flow. */
    static List<Setting<?>> settings() {
        return SETTINGS.list();
    }
}
