package io.featherwire.runtime.topics;

import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.Settings;
import java.time.Duration;
import java.util.List;

/** The settings for the retention of topics. Compacted topics have none: they keep the newest record of each key. */
final class Retention {

    private static final Settings SETTINGS = new Settings();

    static final Setting<Duration> IMAGES = of("images", "1d");
    static final Setting<Duration> LABELS = of("labels", "7d");
    static final Setting<Duration> FEATURES = of("features", "7d");
    static final Setting<Duration> FEATURE_BATCHES = of("feature.batches", "7d");
    static final Setting<Duration> CLASSIFICATIONS = of("classifications", "7d");
    static final Setting<Duration> DEAD_LETTERS = of("dead.letters", "14d");
    static final Setting<Duration> EDGE_GAPS = of("edge.gaps", "30d");

    private Retention() {}

    static List<Setting<?>> settings() {
        return SETTINGS.list();
    }

    private static Setting<Duration> of(String topic, String standard) {
        return SETTINGS.add(Setting.duration(
                        "retention." + topic,
                        "Time for which the brokers keep the records of the topic of " + topic.replace('.', ' ') + ".",
                        Duration.ofMinutes(1),
                        Duration.ofDays(3650))
                .withDefault(standard));
    }
}
