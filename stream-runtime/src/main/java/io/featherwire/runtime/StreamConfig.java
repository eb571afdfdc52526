package io.featherwire.runtime;

import io.featherwire.runtime.batch.BatchSettings;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.KafkaProperties;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.config.Settings;
import io.featherwire.runtime.http.HttpSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The validated settings that all stream apps have. Each app has a config class of its own that contains this one. */
public final class StreamConfig {

    private static final Settings SETTINGS = new Settings();

    public static final Setting<String> BOOTSTRAP_SERVERS = SETTINGS.add(Setting.text(
                    "bootstrap.servers",
                    "Addresses of Kafka brokers through which clients find the cluster.",
                    "host:port, separated by commas",
                    text -> text.matches("[^:,\\s]+:\\d{1,5}(,[^:,\\s]+:\\d{1,5})*|(\\[[0-9a-fA-F:]+]:\\d{1,5},?)+"))
            .withDefault("localhost:9092"));
    public static final Setting<String> APPLICATION_ID = SETTINGS.add(Setting.text(
            "application.id",
            "Name of the consumer group, and prefix of the names of internal topics. Give all "
                    + "instances of an application the same application id.",
            "letters, digits, . _ -",
            text -> text.matches("[a-zA-Z0-9._-]{1,200}")));
    public static final Setting<ProcessingGuarantee> GUARANTEE = SETTINGS.add(Setting.choice(
                    "processing.guarantee",
                    "Delivery guarantee of Kafka Streams: with exactly_once_v2 each frame has exactly "
                            + "one result, with at_least_once a crash may repeat results.",
                    ProcessingGuarantee.class)
            .withDefault("exactly_once_v2"));
    public static final Setting<Duration> COMMIT_INTERVAL = SETTINGS.add(Setting.duration(
                    "commit.interval",
                    "Maximum time between commits. Under exactly_once_v2, consumers of committed "
                            + "records get a result only after a commit. If no frames are queued, the stream "
                            + "therefore commits at once after a batch that is not full. The stream makes at most "
                            + "ten such early commits per interval, and spends at most a tenth of the time on "
                            + "early commits.",
                    Duration.ofMillis(1),
                    Duration.ofMinutes(5))
            .withDefault("250ms"));
    public static final Setting<Integer> THREADS =
            SETTINGS.add(Setting.integer("threads", "Number of stream threads of the process.", 1, 256)
                    .withDefault("1"));
    public static final Setting<Path> STATE_DIRECTORY = SETTINGS.add(Setting.path(
                    "state.dir",
                    "Directory of the state stores, the checkpoints and the identity of the instance. "
                            + "The default is the directory featherwire-state in the system's temporary "
                            + "directory.")
            .optional());
    public static final Setting<DataSize> STATE_CACHE = SETTINGS.add(Setting.size(
                    "state.cache",
                    "Size of the cache of the pending store. A frame that leaves the pending store "
                            + "while the frame is still in the cache is not written to the changelog. Make the "
                            + "cache large enough for 2 x batch.size frames of each partition.",
                    new DataSize(0),
                    DataSize.ofMebibytes(64 << 10))
            .withDefault("64MiB"));
    public static final Setting<DataSize> MAX_RECORD_SIZE = SETTINGS.add(Setting.size(
                    "record.size.max",
                    "Maximum size of a record on the topic images. The limit for records on all other "
                            + "topics is 64 KiB higher.",
                    new DataSize(1 << 10),
                    DataSize.ofMebibytes(512))
            .withDefault("9MiB"));
    public static final Setting<String> DEAD_LETTERS = SETTINGS.add(topic(
            "topic.dead.letters",
            "Name of the topic of dead letters. A dead letter is a record that could not be " + "processed.",
            "dead-letters"));
    public static final Setting<Duration> START_TIMEOUT = SETTINGS.add(Setting.duration(
                    "start.timeout",
                    "Maximum time that the stream waits for the brokers and the topics when the stream " + "starts.",
                    Duration.ZERO,
                    Duration.ofHours(1))
            .withDefault("30s"));
    public static final Setting<Duration> STOP_TIMEOUT = SETTINGS.add(Setting.duration(
                    "stop.timeout",
                    "Maximum time for processing pending frames before the process stops. The stream "
                            + "processes the remaining frames after the next start.",
                    Duration.ZERO,
                    Duration.ofHours(1))
            .withDefault("10s"));
    public static final Setting<Duration> NETWORK_TIMEOUT = SETTINGS.add(Setting.duration(
                    "network.timeout",
                    "Maximum time of one run of the network, or of decoding one frame. If a run takes "
                            + "longer, the process ends with exit code 1, so that a supervisor can restart the "
                            + "process.",
                    Duration.ofMillis(100),
                    Duration.ofHours(1))
            .withDefault("2m"));

    private final SettingValues values;
    private final BatchSettings batch;
    private final HttpSettings http;
    private final SchemaSettings schemas;

    private StreamConfig(SettingValues values) {
        this.values = values;
        this.batch = BatchSettings.from(values);
        this.http = HttpSettings.from(values);
        this.schemas = SchemaSettings.from(values);
    }

    /**
     * The declared settings of a stream app.
     *
     * @param applicationId the default application id
     * @param httpPort the default HTTP port
     */
    public static List<Setting<?>> settings(String applicationId, int httpPort) {
        Settings all = new Settings();
        all.addAll(SETTINGS.list(APPLICATION_ID.withDefault(applicationId)));
        all.addAll(BatchSettings.SETTINGS);
        all.addAll(HttpSettings.settings(httpPort));
        all.addAll(SchemaSettings.SETTINGS);
        return all.list();
    }

    /** @param values the values of {@link #settings} */
    public static StreamConfig from(SettingValues values) {
        return new StreamConfig(values);
    }

    /** The value of a setting of this class. */
    public <T> T get(Setting<T> setting) {
        return values.get(setting);
    }

    /** The directory of locks, checkpoints and stores on disk. */
    public Path stateDirectory() {
        return values.find(STATE_DIRECTORY).orElse(Path.of(System.getProperty("java.io.tmpdir"), "featherwire-state"));
    }

    public BatchSettings batch() {
        return batch;
    }

    public HttpSettings http() {
        return http;
    }

    public SchemaSettings schemas() {
        return schemas;
    }

    public KafkaProperties kafka() {
        return values.kafka();
    }

    /** The maximum size of a derived record: see {@link #withHeadroom}. */
    public DataSize recordSize() {
        return withHeadroom(get(MAX_RECORD_SIZE));
    }

    /**
     * Declares a setting for a topic's name.
     *
     * @param name the default name
     */
    public static Setting<String> topic(String key, String about, String name) {
        return Setting.text(
                        key,
                        about,
                        "a topic name: letters, digits, . _ -, at most 249",
                        text -> text.matches("[a-zA-Z0-9._-]{1,249}"))
                .withDefault(name);
    }

    /**
     * The maximum size of a record that is made from a record of at most this size: a dead letter adds error headers,
     * and a slot of the pending store adds topic, partition and offset.
     */
    public static DataSize withHeadroom(DataSize maxRecordSize) {
        return new DataSize(maxRecordSize.bytes() + (64 << 10));
    }
}
