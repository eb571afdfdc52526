package io.featherwire.producer;

import static java.util.Objects.requireNonNull;

import io.featherwire.producer.outbox.FullPolicy;
import io.featherwire.producer.outbox.LineSettings;
import io.featherwire.producer.outbox.OutboxException;
import io.featherwire.producer.outbox.OutboxSettings;
import io.featherwire.producer.outbox.SyncPolicy;
import io.featherwire.runtime.GateSettings;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.Values;
import io.featherwire.runtime.http.HttpSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Edge mode with an outbox: what is captured, compressed, kept and sent.
 *
 * @param source files; empty where there are none
 * @param live cameras, and images over HTTP
 * @param sensor whose frames they are where the source does not say
 * @param rate most images a second, 0 for as many as possible
 * @param gate how frames that repeat the one before are told from others
 * @param maxImage larger ones are skipped
 * @param imagesTopic where a replay of the dead letters sends the images that were refused
 */
public record OutboxEdgeConfig(
        Optional<SourceConfig> source,
        SourceConfig.Live live,
        EdgeConfig edge,
        String sensor,
        double rate,
        GateSettings gate,
        DataSize maxImage,
        String imagesTopic,
        OutboxSettings outbox,
        LineSettings line,
        HttpSettings http) {

    private static final int HTTP_PORT = 8083;
    private static final int FRAMING = 64 << 10;

    private static final Setting<String> DEVICE = Setting.text(
            "device.id",
            "Id of this device, which no other may have; its transactions and positions go by it.",
            "letters, digits, . _ -, at most 200",
            text -> text.matches("[a-zA-Z0-9._-]{1,200}"));
    private static final Setting<Boolean> TAKEOVER = Setting.flag(
                    "device.takeover",
                    "This outbox replaces another one that sent under the same device id, after a new disk for one.")
            .withDefault("false");
    private static final Setting<String> SENSOR = Setting.text(
                    "sensor", "Sensor that the frames come from. Left out: the device id.")
            .optional();
    private static final Setting<Path> OUTBOX = Setting.path("outbox", "Directory of the outbox.");
    private static final Setting<DataSize> MAX_BYTES = Setting.size(
                    "outbox.bytes.max",
                    "Most bytes of all files of the outbox; at least 3 x image.bytes.max and 5 MiB.",
                    DataSize.ofMebibytes(5),
                    DataSize.ofMebibytes(1L << 20))
            .withDefault("256MiB");
    private static final Setting<Duration> MAX_AGE = Setting.duration(
                    "outbox.age.max", "Older frames are given up.", Duration.ofMinutes(1), Duration.ofDays(3650))
            .withDefault("7d");
    private static final Setting<FullPolicy> FULL = Setting.choice(
                    "outbox.full",
                    "What is given up when the outbox is full: the oldest frames, the newest (those that arrive), or"
                            + " all but every n-th of each sensor. coarser needs a bundle with several qualities, which"
                            + " none has yet.",
                    FullPolicy.class)
            .withDefault("oldest");
    private static final Setting<SyncPolicy> SYNC = Setting.choice(
                    "outbox.sync",
                    "When frames are forced to the disk: full, each time, at the cost of a flush of the disk for each"
                            + " batch of frames; normal, now and then, so that a power cut may lose the newest,"
                            + " undeclared. A killed process loses none under either.",
                    SyncPolicy.class)
            .withDefault("full");
    private static final Setting<Duration> TIMEOUT = Setting.duration(
                    "line.timeout",
                    "How long an answer may take before the line counts as cut and is tried anew.",
                    Duration.ofMillis(500),
                    Duration.ofMinutes(5))
            .withDefault("4s");
    private static final Setting<Duration> INTERVAL = Setting.duration(
                    "line.interval",
                    "Time between transactions while little waits: longer costs fewer bytes, and delays frames.",
                    Duration.ZERO,
                    Duration.ofHours(1))
            .withDefault("1s");
    private static final Setting<DataSize> RATE_MAX = Setting.size(
                    "line.rate.max",
                    "Most bytes a second on the line, both ways; 0: no limit.",
                    new DataSize(0),
                    DataSize.ofMebibytes(10_240))
            .withDefault("0");
    private static final Setting<Double> LIVE_SHARE = Setting.decimal(
                    "line.live.share",
                    "Share of what is sent for live frames, while frames from before the line came back wait. With 0"
                            + " each sensor's frames keep their order; else they keep it among the live and among the"
                            + " older ones.",
                    0,
                    0.9)
            .withDefault("0");
    private static final Setting<String> POSITIONS =
            StreamConfig.topic("topic.edge.positions", "Topic of how far outboxes have been sent.", "edge-positions");
    private static final Setting<String> GAPS =
            StreamConfig.topic("topic.edge.gaps", "Topic of frames that devices gave up.", "edge-gaps");

    public OutboxEdgeConfig {
        requireNonNull(source, "source");
        requireNonNull(live, "live");
        requireNonNull(edge, "edge");
        requireNonNull(sensor, "sensor");
        requireNonNull(gate, "gate");
        requireNonNull(maxImage, "maxImage");
        requireNonNull(imagesTopic, "imagesTopic");
        requireNonNull(outbox, "outbox");
        requireNonNull(line, "line");
        requireNonNull(http, "http");
        if (outbox.full() == FullPolicy.COARSER) {
            throw new ConfigException(
                    "outbox.full",
                    "coarser, but a bundle of this release holds one quality",
                    "oldest, newest or thin",
                    "choose one of them");
        }
    }

    /** Whether each image is to be taken once, however often the source is opened. */
    boolean isReadOnce() {
        return source.map(SourceConfig::isReadOnce).orElse(false);
    }

    /** All of them. */
    public static List<Setting<?>> settings() {
        List<Setting<?>> settings = new ArrayList<>(SourceConfig.EDGE_SETTINGS);
        settings.addAll(List.of(
                StreamConfig.BOOTSTRAP_SERVERS,
                DEVICE,
                TAKEOVER,
                SENSOR,
                PublisherConfig.RATE,
                PublisherConfig.MAX_IMAGE,
                PublisherConfig.IMAGES,
                OUTBOX,
                MAX_BYTES,
                MAX_AGE,
                FULL,
                SYNC,
                TIMEOUT,
                INTERVAL,
                RATE_MAX,
                LIVE_SHARE,
                POSITIONS,
                GAPS));
        settings.addAll(EdgeConfig.ALWAYS_ON);
        settings.addAll(GateSettings.SETTINGS);
        settings.addAll(HttpSettings.settings(HTTP_PORT));
        return List.copyOf(settings);
    }

    /** @param values read with {@link #settings} */
    public static OutboxEdgeConfig from(Values values) {
        EdgeConfig edge = EdgeConfig.alwaysOn(values);
        DataSize maxImage = values.get(PublisherConfig.MAX_IMAGE);
        DataSize largest = new DataSize(maxImage.bytes() + FRAMING);
        return new OutboxEdgeConfig(
                SourceConfig.edge(values),
                SourceConfig.live(values),
                edge,
                values.find(SENSOR).orElse(values.get(DEVICE)),
                values.get(PublisherConfig.RATE),
                GateSettings.from(values),
                maxImage,
                values.get(PublisherConfig.IMAGES),
                outbox(values, largest),
                new LineSettings(
                        values.get(StreamConfig.BOOTSTRAP_SERVERS),
                        values.get(DEVICE),
                        values.get(TAKEOVER),
                        List.copyOf(edge.topics().values()),
                        values.get(POSITIONS),
                        values.get(GAPS),
                        values.get(TIMEOUT),
                        values.get(INTERVAL),
                        values.get(RATE_MAX),
                        values.get(LIVE_SHARE),
                        largest,
                        values.kafka()),
                HttpSettings.from(values));
    }

    private static OutboxSettings outbox(Values values, DataSize largest) {
        try {
            return new OutboxSettings(
                    values.get(OUTBOX),
                    values.get(MAX_BYTES),
                    values.get(MAX_AGE),
                    values.get(FULL),
                    values.get(SYNC),
                    largest);
        } catch (OutboxException e) {
            throw new ConfigException(
                    "outbox.bytes.max",
                    String.valueOf(e.getMessage()),
                    "large enough for the images",
                    "raise it, or lower image.bytes.max");
        }
    }
}
