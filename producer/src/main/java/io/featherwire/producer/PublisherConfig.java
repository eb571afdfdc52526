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
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How to publish.
 *
 * @param sensors how many sensors the frames come from, in turn
 * @param rate images a second over all sensors, 0 for as many as possible
 * @param count images to publish, 0 for all there are
 * @param maxImage larger ones are skipped
 * @param trace whether each image starts a trace (W3C traceparent header)
 * @param edge how images are compressed before they leave; empty where they leave as they are
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

    private static final Setting<String> IMAGES = StreamConfig.topic("topic.images", "Topic of the images.", "images");
    private static final Setting<String> LABELS = StreamConfig.topic("topic.labels", "Topic of the labels.", "labels");
    private static final Setting<String> PREFIX = text(
                    "sensor.prefix", "sensors are named prefix-0, prefix-1 and so on")
            .withDefault("sensor");
    private static final Setting<Integer> SENSORS = integer(
                    "sensors", "sensors that the images come from", 1, 1_000_000)
            .withDefault("4");
    private static final Setting<Double> RATE = decimal("rate", "images a second over all sensors; 0: no limit", 0, 1e6)
            .withDefault("0");
    private static final Setting<Long> COUNT = of(
                    "count", "images to publish; 0: all there are", "a whole number of 0 or more", text -> {
                        long value = Long.parseLong(text);
                        if (value < 0) {
                            throw new IllegalArgumentException(text);
                        }
                        return value;
                    })
            .withDefault("0");
    private static final Setting<DataSize> MAX_IMAGE = size(
                    "image.max.bytes", "larger images are skipped", new DataSize(1), DataSize.ofMebibytes(64))
            .withDefault("8MiB");
    private static final Setting<Boolean> TRACE =
            flag("trace", "start a trace (traceparent header) with each image").withDefault("false");
    private static final Setting<Double> SHARE =
            decimal("label.share", "share of the frames that get a label", 0, 1).withDefault("1");
    private static final Setting<Duration> DELAY = duration(
                    "label.delay", "from an image to its label", Duration.ZERO, LONGEST)
            .withDefault("0s");
    private static final Setting<Double> ERROR_RATE = decimal(
                    "label.error.rate", "share of the labels that are wrong until corrected", 0, 1)
            .withDefault("0");
    private static final Setting<Duration> CORRECTION = duration(
                    "label.correction.delay", "from a wrong label to the right one", Duration.ZERO, LONGEST)
            .withDefault("5s");
    private static final Setting<Integer> SEED = integer(
                    "label.seed", "seed of which labels are missing or wrong", 0, Integer.MAX_VALUE)
            .withDefault("1");

    /** Every setting of this app. */
    public static final List<Setting<?>> SETTINGS = Stream.concat(
                    Stream.of(
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
                            SEED),
                    Stream.concat(EdgeConfig.SETTINGS.stream(), SchemaSettings.SETTINGS.stream()))
            .toList();

    /** @param values read with {@link #SETTINGS} */
    public static PublisherConfig from(Values values) {
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
                EdgeConfig.from(values),
                SchemaSettings.from(values),
                values.kafka());
    }
}
