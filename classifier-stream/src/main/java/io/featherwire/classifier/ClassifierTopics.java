package io.featherwire.classifier;

import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.Values;
import java.util.List;

/**
 * The names of the topics that the classifier reads and writes.
 *
 * @param images read by the dashboard only, and only for thumbnails
 */
record ClassifierTopics(
        String features,
        String labels,
        String classifications,
        String accuracyParts,
        String accuracy,
        String deadLetters,
        String images) {

    private static final Setting<String> FEATURES =
            StreamConfig.topic("topic.features", "Topic of compact features.", "features");
    private static final Setting<String> LABELS = StreamConfig.topic("topic.labels", "Topic of labels.", "labels");
    private static final Setting<String> CLASSIFICATIONS =
            StreamConfig.topic("topic.classifications", "Topic of classifications.", "classifications");
    private static final Setting<String> ACCURACY_PARTS = StreamConfig.topic(
            "topic.accuracy.parts", "Topic of each partition's own counts; one partition.", "accuracy-parts");
    private static final Setting<String> ACCURACY =
            StreamConfig.topic("topic.accuracy", "Topic of accuracy snapshots.", "accuracy");
    private static final Setting<String> IMAGES =
            StreamConfig.topic("topic.images", "Topic of images; read for thumbnails only.", "images");

    static final List<Setting<?>> SETTINGS =
            List.of(FEATURES, LABELS, CLASSIFICATIONS, ACCURACY_PARTS, ACCURACY, IMAGES);

    static ClassifierTopics from(Values values) {
        return new ClassifierTopics(
                values.get(FEATURES),
                values.get(LABELS),
                values.get(CLASSIFICATIONS),
                values.get(ACCURACY_PARTS),
                values.get(ACCURACY),
                values.get(StreamConfig.DEAD_LETTERS),
                values.get(IMAGES));
    }
}
