package io.featherwire.producer;

import static io.featherwire.runtime.config.Setting.decimal;
import static io.featherwire.runtime.config.Setting.duration;
import static io.featherwire.runtime.config.Setting.flag;
import static io.featherwire.runtime.config.Setting.integer;
import static io.featherwire.runtime.config.Setting.of;
import static io.featherwire.runtime.config.Setting.size;
import static io.featherwire.runtime.config.Setting.text;

import io.featherwire.runtime.SchemaSettings;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.KafkaProperties;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.config.Settings;
import io.featherwire.runtime.topics.TopicNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The settings of publishing: whole images, or in edge mode their payloads. */
public final class PublisherConfig {

    /**
     * The settings of labels.
     *
     * @param share the share of the frames that get a label, 0 … 1
     * @param delay the time from an image to its label
     * @param errorRate the share of the labels that are wrong at first, 0 … 1
     * @param correctionDelay the time from a wrong label to the right one
     * @param seed the random seed of these choices
     */
    public record Labels(double share, Duration delay, double errorRate, Duration correctionDelay, int seed) {

        /** A correct label for each frame, without delay. */
        public static final Labels PROMPT = new Labels(1, Duration.ZERO, 0, Duration.ZERO, 1);
    }

    private static final Duration LONGEST = Duration.ofDays(7);
    private static final Settings PUBLISHING = new Settings();

    static final Setting<String> BOOTSTRAP_SERVERS = PUBLISHING.add(StreamConfig.BOOTSTRAP_SERVERS);

    static {
        PUBLISHING.add(TopicNames.IMAGES);
        PUBLISHING.add(TopicNames.LABELS);
    }

    static final Setting<String> PREFIX = PUBLISHING.add(text(
                    "sensor.prefix",
                    "Prefix of the sensor ids: with the prefix cam, the sensor ids are cam-0, cam-1 and " + "so on.")
            .withDefault("sensor"));
    static final Setting<Integer> SENSORS = PUBLISHING.add(integer(
                    "sensors",
                    "Number of simulated sensors. The command assigns the sensor ids to the images in " + "turn.",
                    1,
                    1_000_000)
            .withDefault("4"));
    static final Setting<Double> RATE = PUBLISHING.add(decimal(
                    "rate",
                    "Number of images that the command sends per second, for all sensors together. With "
                            + "0 the rate has no limit.",
                    0,
                    1e6)
            .withDefault("0"));
    static final Setting<Long> COUNT = PUBLISHING.add(of(
                    "count",
                    "Number of images that the command sends. With 0 the command sends all images.",
                    "a whole number of 0 or more",
                    text -> {
                        long value = Long.parseLong(text);
                        if (value < 0) {
                            throw new IllegalArgumentException(text);
                        }
                        return value;
                    })
            .withDefault("0"));
    static final Setting<DataSize> MAX_IMAGE = PUBLISHING.add(size(
                    "image.bytes.max",
                    "Maximum size of an image file. The command skips larger files.",
                    new DataSize(1),
                    DataSize.ofMebibytes(64))
            .withDefault("8MiB"));
    static final Setting<Boolean> TRACE = PUBLISHING.add(flag(
                    "trace",
                    "Whether the command starts a trace for each image, by adding a traceparent header "
                            + "to the image's record.")
            .withDefault("false"));
    static final Setting<Double> SHARE =
            PUBLISHING.add(decimal("label.share", "Share of the frames for which the command sends a label.", 0, 1)
                    .withDefault("1"));
    static final Setting<Duration> DELAY = PUBLISHING.add(duration(
                    "label.delay",
                    "Time between sending an image and sending the label of the image.",
                    Duration.ZERO,
                    LONGEST)
            .withDefault("0s"));
    static final Setting<Double> ERROR_RATE = PUBLISHING.add(decimal(
                    "label.error.rate",
                    "Share of the labels that the command sends with a wrong class first and with the "
                            + "right class later.",
                    0,
                    1)
            .withDefault("0"));
    static final Setting<Duration> CORRECTION = PUBLISHING.add(duration(
                    "label.correction.delay",
                    "Time between sending a wrong label and sending the right label of the same image.",
                    Duration.ZERO,
                    LONGEST)
            .withDefault("5s"));
    static final Setting<Integer> SEED = PUBLISHING.add(integer(
                    "label.seed",
                    "Random seed for choosing the images whose label is missing or wrong.",
                    0,
                    Integer.MAX_VALUE)
            .withDefault("1"));

    /** Every setting of publishing, including those of edge mode. */
    public static final List<Setting<?>> SETTINGS = settingsWith(EdgeConfig.settingsWithSwitch());

    /** Every setting of publishing in edge mode. */
    public static final List<Setting<?>> EDGE_SETTINGS = settingsWith(EdgeConfig.settings());

    private final SettingValues values;
    private final Optional<EdgeConfig> edge;
    private final SchemaSettings schemas;

    private PublisherConfig(SettingValues values, Optional<EdgeConfig> edge) {
        this.values = values;
        this.edge = edge;
        this.schemas = SchemaSettings.from(values);
    }

    private static List<Setting<?>> settingsWith(List<Setting<?>> edge) {
        Settings all = new Settings();
        all.addAll(PUBLISHING.list());
        all.addAll(edge);
        all.addAll(SchemaSettings.SETTINGS);
        return all.list();
    }

    /** @param values read with {@link #SETTINGS} */
    public static PublisherConfig from(SettingValues values) {
        return new PublisherConfig(values, EdgeConfig.fromIfEnabled(values));
    }

    /** @param values read with {@link #EDGE_SETTINGS} */
    public static PublisherConfig fromEdgeSettings(SettingValues values) {
        return new PublisherConfig(values, Optional.of(EdgeConfig.from(values)));
    }

    /** The value of one of the settings. */
    <T> T get(Setting<T> setting) {
        return values.get(setting);
    }

    /** The settings of labels. */
    Labels labels() {
        return new Labels(get(SHARE), get(DELAY), get(ERROR_RATE), get(CORRECTION), get(SEED));
    }

    /** The settings of edge mode; empty if whole images are published. */
    Optional<EdgeConfig> edge() {
        return edge;
    }

    SchemaSettings schemas() {
        return schemas;
    }

    KafkaProperties kafka() {
        return values.kafka();
    }

    /**
     * The names of the output topics, by the keys of their settings.
     *
     * @param labelled whether the images have labels
     */
    Map<String, String> topics(boolean labelled) {
        Map<String, String> topics = new TreeMap<>();
        if (edge().isPresent()) {
            topics.putAll(edge().get().topics());
        } else {
            topics.put(TopicNames.IMAGES.key(), get(TopicNames.IMAGES));
        }
        if (labelled && get(SHARE) > 0) {
            topics.put(TopicNames.LABELS.key(), get(TopicNames.LABELS));
        }
        return topics;
    }
}
