package io.featherwire.runtime.topics;

import static io.featherwire.runtime.StreamConfig.topic;

import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.Settings;
import java.util.List;

/** The settings for the names of the topics, except the dead-letter topic, whose setting is in {@link StreamConfig}. */
public final class TopicNames {

    private static final Settings SETTINGS = new Settings();

    public static final Setting<String> IMAGES =
            SETTINGS.add(topic("topic.images", "Name of the topic of images.", "images"));
    public static final Setting<String> LABELS =
            SETTINGS.add(topic("topic.labels", "Name of the topic of labels.", "labels"));
    public static final Setting<String> FEATURES =
            SETTINGS.add(topic("topic.features", "Name of the topic of compact features.", "features"));
    public static final Setting<String> FEATURE_BATCHES = SETTINGS.add(topic(
            "topic.feature.batches",
            "Name of the topic of feature batches. A feature batch is one record with several "
                    + "frames of a device. The classifier splits feature batches if the topic exists when "
                    + "the classifier starts.",
            "feature-batches"));
    public static final Setting<String> CLASSIFICATIONS =
            SETTINGS.add(topic("topic.classifications", "Name of the topic of classifications.", "classifications"));
    public static final Setting<String> ACCURACY_PARTS = SETTINGS.add(topic(
            "topic.accuracy.parts", "Name of the topic of accuracy snapshots of single partitions.", "accuracy-parts"));
    public static final Setting<String> ACCURACY =
            SETTINGS.add(topic("topic.accuracy", "Name of the topic of accuracy snapshots.", "accuracy"));

    static {
        SETTINGS.add(StreamConfig.DEAD_LETTERS);
    }

    public static final Setting<String> EDGE_POSITIONS = SETTINGS.add(topic(
            "topic.edge.positions",
            "Name of the topic of outbox positions. An outbox position is the number of the "
                    + "last record of an outbox that was sent.",
            "edge-positions"));
    public static final Setting<String> EDGE_GAPS = SETTINGS.add(topic(
            "topic.edge.gaps",
            "Name of the topic of gaps. A gap is a record that counts frames that a device " + "dropped.",
            "edge-gaps"));

    private TopicNames() {}

    /** The settings of all topic names, in the order of the flow. */
    static List<Setting<?>> settings() {
        return SETTINGS.list();
    }
}
