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
import io.featherwire.runtime.config.Values;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How to publish.
 *
 * @param sensors how many sensors the frames come from, in turn
 * @param rate images a second over all sensors, 0 for as many as possible
 * @param count images to publish, 0 for all there are
 * @param maxImage larger ones are skipped
 * @param trace whether each image starts a trace (W3C traceparent header)
 * @param edge how images are compressed before they leave; empty where whole images are published
 */
public record PublisherConfig(
        String bootstrapServers,
        String imagesTopic,
        String labelsTopic,
        String sensorPrefix,
        int sensors,
        double rate,
        long count,
        DataSize maxImage,
        boolean trace,
        Labels labels,
        Optional<EdgeConfig> edge,
        SchemaSettings schemas,
        KafkaProperties kafka) {

    /**
     * How labels follow their images.
     *
     * @param share of the frames that get one, 0 … 1
     * @param delay after the image
     * @param errorRate share of the labels that are wrong at first, 0 … 1
     * @param correctionDelay from a wrong label to the right one
     * @param seed of these choices
     */
    public record Labels(double share, Duration delay, double errorRate, Duration correctionDelay, int seed) {

        /** A right label for each frame, at once. */
        public static final Labels PROMPT = new Labels(1, Duration.ZERO, 0, Duration.ZERO, 1);
    }

    private static final Duration LONGEST = Duration.ofDays(7);

    static final Setting<String> IMAGES = StreamConfig.topic("topic.images", "Topic of the images.", "images");
    private static final Setting<String> LABELS = StreamConfig.topic("topic.labels", "Topic of the labels.", "labels");
    private static final Setting<String> PREFIX = text(
                    "sensor.prefix", "Sensors are named prefix-0, prefix-1 and so on.")
            .withDefault("sensor");
    private static final Setting<Integer> SENSORS = integer(
                    "sensors", "Sensors that the images come from.", 1, 1_000_000)
            .withDefault("4");
    static final Setting<Double> RATE = decimal("rate", "Images a second over all sensors; 0: no limit.", 0, 1e6)
            .withDefault("0");
    private static final Setting<Long> COUNT = of(
                    "count", "Images to publish; 0: all there are.", "a whole number of 0 or more", text -> {
                        long value = Long.parseLong(text);
                        if (value < 0) {
                            throw new IllegalArgumentException(text);
                        }
                        return value;
                    })
            .withDefault("0");
    static final Setting<DataSize> MAX_IMAGE = size(
                    "image.bytes.max", "Larger images are skipped.", new DataSize(1), DataSize.ofMebibytes(64))
            .withDefault("8MiB");
    private static final Setting<Boolean> TRACE =
            flag("trace", "Start a trace (traceparent header) with each image.").withDefault("false");
    private static final Setting<Double> SHARE = decimal("label.share", "Share of the frames that get a label.", 0, 1)
            .withDefault("1");
    private static final Setting<Duration> DELAY = duration(
                    "label.delay", "Time from an image to its label.", Duration.ZERO, LONGEST)
            .withDefault("0s");
    private static final Setting<Double> ERROR_RATE = decimal(
                    "label.error.rate", "Share of the labels that are wrong until corrected.", 0, 1)
            .withDefault("0");
    private static final Setting<Duration> CORRECTION = duration(
                    "label.correction.delay", "Time from a wrong label to the right one.", Duration.ZERO, LONGEST)
            .withDefault("5s");
    private static final Setting<Integer> SEED = integer(
                    "label.seed", "Seed of which labels are missing or wrong.", 0, Integer.MAX_VALUE)
            .withDefault("1");

    private static final List<Setting<?>> PUBLISHING = List.of(
            StreamConfig.BOOTSTRAP_SERVERS,
            IMAGES,
            LABELS,
            PREFIX,
            SENSORS,
            RATE,
            COUNT,
            MAX_IMAGE,
            TRACE,
            SHARE,
            DELAY,
            ERROR_RATE,
            CORRECTION,
            SEED);

    /** Every setting of publishing, edge mode among them. */
    public static final List<Setting<?>> SETTINGS = with(EdgeConfig.SETTINGS);

    /** Every setting of publishing in edge mode. */
    public static final List<Setting<?>> EDGE_SETTINGS = with(EdgeConfig.ALWAYS_ON);

    private static List<Setting<?>> with(List<Setting<?>> edge) {
        return Stream.of(PUBLISHING, edge, SchemaSettings.SETTINGS)
                .<Setting<?>>flatMap(List::stream)
                .toList();
    }

    /**
     * The topics that are written to, by their settings.
     *
     * @param labelled whether the images have labels
     */
    Map<String, String> topics(boolean labelled) {
        Map<String, String> topics = new TreeMap<>();
        if (edge.isPresent()) {
            topics.putAll(edge.get().topics());
        } else {
            topics.put(IMAGES.key(), imagesTopic);
        }
        if (labelled && labels.share() > 0) {
            topics.put(LABELS.key(), labelsTopic);
        }
        return topics;
    }

    /** @param values read with {@link #SETTINGS} */
    public static PublisherConfig from(Values values) {
        return from(values, EdgeConfig.from(values));
    }

    /** @param values read with {@link #EDGE_SETTINGS} */
    public static PublisherConfig edge(Values values) {
        return from(values, Optional.of(EdgeConfig.alwaysOn(values)));
    }

    private static PublisherConfig from(Values values, Optional<EdgeConfig> edge) {
        return new PublisherConfig(
                values.get(StreamConfig.BOOTSTRAP_SERVERS),
                values.get(IMAGES),
                values.get(LABELS),
                values.get(PREFIX),
                values.get(SENSORS),
                values.get(RATE),
                values.get(COUNT),
                values.get(MAX_IMAGE),
                values.get(TRACE),
                new Labels(
                        values.get(SHARE),
                        values.get(DELAY),
                        values.get(ERROR_RATE),
                        values.get(CORRECTION),
                        values.get(SEED)),
                edge,
                SchemaSettings.from(values),
                values.kafka());
    }
}
