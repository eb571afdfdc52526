package io.featherwire.runtime.topics;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.SchemaSettings;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.KafkaProperties;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How the topics should be.
 *
 * @param partitions of each topic whose records belong to single sensors
 * @param replication replicas of each partition
 * @param maxRecordSize largest record on the image topic
 * @param startTimeout how long to wait for the brokers and the registry
 */
public record TopicsConfig(
        String bootstrapServers,
        int partitions,
        int replication,
        DataSize maxRecordSize,
        TopicNames names,
        Retention retention,
        Duration startTimeout,
        SchemaSettings schemas,
        KafkaProperties kafka) {

    /** How long records are kept; the newest snapshot of each key is kept forever. */
    public record Retention(
            Duration images,
            Duration labels,
            Duration features,
            Duration classifications,
            Duration deadLetters,
            Duration edgeGaps) {

        private static final Setting<Duration> IMAGES = retention("images", "1d");
        private static final Setting<Duration> LABELS = retention("labels", "7d");
        private static final Setting<Duration> FEATURES = retention("features", "7d");
        private static final Setting<Duration> CLASSIFICATIONS = retention("classifications", "7d");
        private static final Setting<Duration> DEAD_LETTERS = retention("dead.letters", "14d");
        private static final Setting<Duration> EDGE_GAPS = retention("edge.gaps", "30d");
        static final List<Setting<?>> SETTINGS =
                List.of(IMAGES, LABELS, FEATURES, CLASSIFICATIONS, DEAD_LETTERS, EDGE_GAPS);

        static Retention from(Values values) {
            return new Retention(
                    values.get(IMAGES),
                    values.get(LABELS),
                    values.get(FEATURES),
                    values.get(CLASSIFICATIONS),
                    values.get(DEAD_LETTERS),
                    values.get(EDGE_GAPS));
        }

        private static Setting<Duration> retention(String topic, String standard) {
            return Setting.duration(
                            "retention." + topic,
                            "How long the topic of " + topic.replace('.', ' ') + " keeps its records.",
                            Duration.ofMinutes(1),
                            Duration.ofDays(3650))
                    .withDefault(standard);
        }
    }

    private static final Setting<Integer> PARTITIONS = Setting.integer(
                    "partitions",
                    "Partitions of each topic keyed by sensor: the most stream threads that can share the work.",
                    1,
                    10_000)
            .withDefault("8");
    private static final Setting<Integer> REPLICATION = Setting.integer(
                    "replication", "Replicas of each partition; at most as many as there are brokers.", 1, 100)
            .withDefault("1");
    private static final Setting<Duration> START_TIMEOUT = Setting.duration(
                    "start.timeout", "How long to wait for the brokers.", Duration.ZERO, Duration.ofHours(1))
            .withDefault("30s");

    public TopicsConfig {
        requireNonNull(bootstrapServers, "bootstrapServers");
        requireNonNull(maxRecordSize, "maxRecordSize");
        requireNonNull(names, "names");
        requireNonNull(retention, "retention");
        requireNonNull(startTimeout, "startTimeout");
        requireNonNull(schemas, "schemas");
        requireNonNull(kafka, "kafka");
    }

    /** Everything that can be set. */
    public static List<Setting<?>> settings() {
        List<Setting<?>> settings = new ArrayList<>(List.of(
                StreamConfig.BOOTSTRAP_SERVERS, PARTITIONS, REPLICATION, StreamConfig.MAX_RECORD_SIZE, START_TIMEOUT));
        settings.addAll(TopicNames.SETTINGS);
        settings.addAll(Retention.SETTINGS);
        settings.addAll(SchemaSettings.SETTINGS);
        return List.copyOf(settings);
    }

    /** Reads and checks them all. */
    public static TopicsConfig from(ConfigSources layers) {
        Values values = layers.read(settings());
        return new TopicsConfig(
                values.get(StreamConfig.BOOTSTRAP_SERVERS),
                values.get(PARTITIONS),
                values.get(REPLICATION),
                values.get(StreamConfig.MAX_RECORD_SIZE),
                TopicNames.from(values),
                Retention.from(values),
                values.get(START_TIMEOUT),
                SchemaSettings.from(values),
                values.kafka());
    }
}
