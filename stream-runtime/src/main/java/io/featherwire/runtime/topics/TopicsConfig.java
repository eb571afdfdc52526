package io.featherwire.runtime.topics;

import io.featherwire.runtime.SchemaSettings;
import io.featherwire.runtime.StoredCompression;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.KafkaProperties;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.config.Settings;
import java.time.Duration;
import java.util.List;

/**
 * The settings of {@code featherwire topics}: partitions, sizes and retention of the topics. Their names are in {@link
 * TopicNames}.
 */
public final class TopicsConfig {

    private static final Settings SETTINGS = new Settings();

    public static final Setting<String> BOOTSTRAP_SERVERS = SETTINGS.add(StreamConfig.BOOTSTRAP_SERVERS);
    static final Setting<Integer> PARTITIONS = SETTINGS.add(Setting.integer(
                    "partitions",
                    "Number of partitions of each topic that is keyed by sensor. At most this number of "
                            + "stream threads can share the work of a stream.",
                    1,
                    10_000)
            .withDefault("8"));
    static final Setting<Integer> REPLICATION = SETTINGS.add(Setting.integer(
                    "replication",
                    "Number of replicas of each partition. The number of replicas cannot exceed the "
                            + "number of brokers.",
                    1,
                    100)
            .withDefault("1"));
    static final Setting<DataSize> MAX_RECORD_SIZE = SETTINGS.add(StreamConfig.MAX_RECORD_SIZE);
    static final Setting<StoredCompression> STORED_COMPRESSION = SETTINGS.add(Setting.choice(
                    "stored.compression",
                    "How the brokers store the records of all topics except images and labels; brokers "
                            + "always store images and labels uncompressed. With uncompressed, a broker refuses a "
                            + "record whose decompressed size is too large. With producer, a broker stores "
                            + "records as the producer compressed them, which takes less disk space. With "
                            + "producer, let only trusted programs write to the topics.",
                    StoredCompression.class)
            .withDefault("uncompressed"));
    static final Setting<Duration> START_TIMEOUT = SETTINGS.add(Setting.duration(
                    "start.timeout",
                    "Maximum time that the command waits for the brokers.",
                    Duration.ZERO,
                    Duration.ofHours(1))
            .withDefault("30s"));

    static {
        SETTINGS.addAll(TopicNames.settings());
        SETTINGS.addAll(Retention.settings());
        SETTINGS.addAll(SchemaSettings.SETTINGS);
    }

    private final SettingValues values;
    private final SchemaSettings schemas;

    private TopicsConfig(SettingValues values) {
        this.values = values;
        this.schemas = SchemaSettings.from(values);
    }

    /** The declared settings. */
    public static List<Setting<?>> settings() {
        return SETTINGS.list();
    }

    /** Reads and validates the settings. */
    public static TopicsConfig from(ConfigSources sources) {
        return new TopicsConfig(sources.read(settings()));
    }

    /** The value of a setting of this class. */
    public <T> T get(Setting<T> setting) {
        return values.get(setting);
    }

    public SchemaSettings schemas() {
        return schemas;
    }

    public KafkaProperties kafka() {
        return values.kafka();
    }
}
