package io.featherwire.producer;

import io.featherwire.producer.mqtt.MqttAddress;
import io.featherwire.producer.mqtt.MqttSettings;
import io.featherwire.producer.outbox.ConnectionSettings;
import io.featherwire.producer.outbox.ConnectionSettingsBuilder;
import io.featherwire.producer.outbox.FrameBatchSettings;
import io.featherwire.producer.outbox.OutboxSettings;
import io.featherwire.runtime.GateSettings;
import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.config.Settings;
import io.featherwire.runtime.http.HttpSettings;
import io.featherwire.runtime.topics.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The settings of edge mode with an outbox. */
public final class OutboxEdgeConfig {

    private static final int HTTP_PORT = 8083;
    private static final int FRAMING = 64 << 10;
    private static final Duration CLAIM = Duration.ofDays(1);
    private static final Settings SETTINGS = new Settings();

    static {
        SETTINGS.addAll(SourceConfig.EDGE_SETTINGS);
        SETTINGS.add(PublisherConfig.BOOTSTRAP_SERVERS);
    }

    private static final Setting<MqttAddress> TO = SETTINGS.add(MqttSettings.address(
                    "to",
                    "MQTT broker to which the device sends frames instead of sending them to Kafka. The "
                            + "command featherwire mqtt-source forwards the messages from the MQTT broker to "
                            + "Kafka.")
            .optional());

    static {
        SETTINGS.addAll(MqttSettings.settings());
    }

    private static final Setting<String> DEVICE = SETTINGS.add(Setting.text(
            "device.id",
            "Unique id of this device. The device's transactions and position records have this " + "id.",
            "letters, digits, . _ -, at most 200",
            text -> text.matches("[a-zA-Z0-9._-]{1,200}")));
    private static final Setting<Boolean> TAKEOVER = SETTINGS.add(Setting.flag(
                    "device.takeover",
                    "Whether the outbox of this process replaces another outbox with the same device "
                            + "id, for example after the disk of the device was replaced.")
            .withDefault("false"));
    private static final Setting<String> SENSOR =
            SETTINGS.add(Setting.text("sensor", "Sensor id of the frames. The default is the device id.")
                    .optional());

    static {
        SETTINGS.add(PublisherConfig.RATE);
        SETTINGS.add(PublisherConfig.MAX_IMAGE);
        SETTINGS.add(TopicNames.IMAGES);
    }

    static {
        SETTINGS.addAll(OutboxConfig.SETTINGS);
    }

    private static final Setting<Duration> TIMEOUT = SETTINGS.add(Setting.duration(
                    "line.timeout",
                    "Maximum time without a response from the broker. After this time the device " + "reconnects.",
                    Duration.ofMillis(500),
                    Duration.ofMinutes(5))
            .withDefault("4s"));
    private static final Setting<Duration> INTERVAL = SETTINGS.add(Setting.duration(
                    "line.interval",
                    "Time between transactions while few frames wait. With a longer interval, the "
                            + "device sends fewer bytes per frame, and frames arrive later.",
                    Duration.ZERO,
                    Duration.ofHours(1))
            .withDefault("1s"));
    private static final Setting<DataSize> RATE_MAX = SETTINGS.add(Setting.size(
                    "line.rate.max",
                    "Maximum number of bytes per second on the connection, sent and received bytes "
                            + "together. With 0 the number of bytes has no limit.",
                    new DataSize(0),
                    DataSize.ofMebibytes(10_240))
            .withDefault("0"));
    private static final Setting<Double> LIVE_SHARE = SETTINGS.add(Setting.decimal(
                    "line.live.share",
                    "Share of the bandwidth for live frames (frames captured since the reconnection) "
                            + "while older frames still wait. With 0 the device sends all frames of a sensor in "
                            + "order. With a share above 0 the device sends live frames in order and older frames "
                            + "in order, but live frames may overtake older frames.",
                    0,
                    0.9)
            .withDefault("0"));
    private static final Setting<DataSize> BATCH_BYTES = SETTINGS.add(Setting.size(
                    "batch.bytes.max",
                    "Maximum size in bytes, without key and headers, of a record that contains several "
                            + "frames of a sensor. The device sends a larger frame in a record of its own. With 0 "
                            + "the device sends every frame in a record of its own.",
                    new DataSize(0),
                    DataSize.ofMebibytes(1))
            .withDefault("0"));
    private static final Setting<Duration> BATCH_DELAY = SETTINGS.add(Setting.duration(
                    "batch.delay.max",
                    "Maximum time that a frame waits for other frames of the same record while the "
                            + "device is connected. If batch.bytes.max is set, batch.delay.max replaces "
                            + "line.interval.",
                    Duration.ZERO,
                    Duration.ofHours(1))
            .withDefault("30s"));

    static {
        SETTINGS.add(TopicNames.FEATURE_BATCHES);
        SETTINGS.add(TopicNames.EDGE_POSITIONS);
        SETTINGS.add(TopicNames.EDGE_GAPS);
        SETTINGS.addAll(EdgeConfig.settings());
        SETTINGS.addAll(GateSettings.SETTINGS);
        SETTINGS.addAll(HttpSettings.settings(HTTP_PORT));
    }

    private final SettingValues values;
    private final Optional<SourceConfig> source;
    private final SourceConfig.Live live;
    private final EdgeConfig edge;
    private final GateSettings gate;
    private final OutboxSettings outbox;
    private final List<Path> coarserBundles;
    private final ConnectionSettings line;
    private final Optional<MqttSettings> mqtt;
    private final HttpSettings http;

    private OutboxEdgeConfig(SettingValues values) {
        DataSize largest = new DataSize(values.get(PublisherConfig.MAX_IMAGE).bytes() + FRAMING);
        this.values = values;
        this.source = SourceConfig.fromEdgeSettings(values);
        this.live = SourceConfig.live(values);
        this.edge = EdgeConfig.from(values);
        this.gate = GateSettings.from(values);
        this.outbox = OutboxConfig.from(values, largest);
        this.coarserBundles = OutboxConfig.coarserBundles(values);
        FrameBatchSettings batches = batches(values, edge);
        this.line = ConnectionSettingsBuilder.builder()
                .bootstrapServers(values.get(PublisherConfig.BOOTSTRAP_SERVERS))
                .device(values.get(DEVICE))
                .takeOver(values.get(TAKEOVER))
                .topics(topics(edge, batches))
                .positionsTopic(values.get(TopicNames.EDGE_POSITIONS))
                .gapsTopic(values.get(TopicNames.EDGE_GAPS))
                .timeout(values.get(TIMEOUT))
                .interval(values.get(INTERVAL))
                .rate(values.get(RATE_MAX))
                .liveShare(values.get(LIVE_SHARE))
                .largest(largest)
                .batches(batches)
                .kafka(values.kafka())
                .build();
        this.http = HttpSettings.from(values);
        if (live.addresses().containsKey("") && live.addresses().containsKey(sensor())) {
            throw new ConfigException(
                    "source, cameras",
                    "two cameras of sensor " + sensor(),
                    "a different sensor for each camera",
                    "rename the sensor in cameras, or set sensor to another id");
        }
        this.mqtt = values.find(TO).map(address -> MqttSettings.from(address, values));
        if ((batches.isOn() || mqtt.isPresent()) && line.liveShare() > 0) {
            throw new ConfigException(
                    "line.live.share",
                    "above 0 although batch.bytes.max or to needs the frames in the order of their numbers",
                    "0 if batch.bytes.max or to is set",
                    "set line.live.share to 0, or do not set batch.bytes.max and to");
        }
    }

    /** All settings. */
    public static List<Setting<?>> settings() {
        return SETTINGS.list();
    }

    /** @param values read with {@link #settings} */
    public static OutboxEdgeConfig from(SettingValues values) {
        return new OutboxEdgeConfig(values);
    }

    /** The value of a setting that is required or has a default. */
    <T> T get(Setting<T> setting) {
        return values.get(setting);
    }

    /** The settings of the file source; empty if all images come from cameras or over HTTP. */
    Optional<SourceConfig> source() {
        return source;
    }

    /** The settings of cameras and of the HTTP upload. */
    SourceConfig.Live live() {
        return live;
    }

    EdgeConfig edge() {
        return edge;
    }

    /** Sensor id of frames whose source does not name one. */
    String sensor() {
        return values.find(SENSOR).orElse(values.get(DEVICE));
    }

    GateSettings gate() {
        return gate;
    }

    /** Maximum size of an image file; larger ones are skipped. */
    DataSize maxImage() {
        return get(PublisherConfig.MAX_IMAGE);
    }

    OutboxSettings outbox() {
        return outbox;
    }

    /**
     * The directories of bundles of lower quality, used while the outbox fills; empty if one bundle serves all quality
     * steps.
     */
    List<Path> coarserBundles() {
        return coarserBundles;
    }

    ConnectionSettings line() {
        return line;
    }

    /** The settings of the MQTT broker to which frames are sent; empty if they are sent to Kafka. */
    Optional<MqttSettings> mqtt() {
        return mqtt;
    }

    HttpSettings http() {
        return http;
    }

    /** Whether each image is captured only once, even if the source is opened again after a restart. */
    boolean isReadOnce() {
        return source.map(SourceConfig::isReadOnce).orElse(false);
    }

    private static FrameBatchSettings batches(SettingValues values, EdgeConfig edge) {
        return new FrameBatchSettings(
                edge.get(TopicNames.FEATURES),
                values.get(TopicNames.FEATURE_BATCHES),
                values.get(BATCH_BYTES),
                values.get(BATCH_DELAY),
                CLAIM);
    }

    private static List<String> topics(EdgeConfig edge, FrameBatchSettings batches) {
        List<String> topics = new ArrayList<>(edge.topics().values());
        if (batches.isOn()) {
            topics.remove(batches.from());
            topics.add(batches.topic());
        }
        return topics;
    }
}
