package io.featherwire.runtime;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.batch.BatchSettings;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.KafkaProperties;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.Values;
import io.featherwire.runtime.http.HttpSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of any stream app; each app has a record of its own around it.
 *
 * @param applicationId consumer group and prefix of internal topics
 * @param bootstrapServers host:port, separated by commas
 * @param guarantee what holds after a crash
 * @param commitInterval longest time between commits; under exactly-once, what a reader waits for at most
 * @param threads stream threads
 * @param stateDirectory locks and checkpoints; the state itself is in memory and in changelogs
 * @param stateCache bytes of pending records held back from the changelogs, over all threads
 * @param maxRecordSize largest record on the image topic
 * @param deadLetters topic of rejected records
 * @param startTimeout how long to wait at start for the broker and the topics
 * @param stopTimeout how long a stop may take to forward what is pending
 * @param networkTimeout how long one run of the network may take before the process is ended
 */
public record StreamConfig(
        String applicationId,
        String bootstrapServers,
        ProcessingGuarantee guarantee,
        Duration commitInterval,
        int threads,
        Path stateDirectory,
        DataSize stateCache,
        DataSize maxRecordSize,
        String deadLetters,
        Duration startTimeout,
        Duration stopTimeout,
        Duration networkTimeout,
        BatchSettings batch,
        HttpSettings http,
        SchemaSettings schemas,
        KafkaProperties kafka) {

    public static final Setting<String> BOOTSTRAP_SERVERS = Setting.text(
                    "bootstrap.servers",
                    "Kafka brokers.",
                    "host:port, separated by commas",
                    text -> text.matches("[^:,\\s]+:\\d{1,5}(,[^:,\\s]+:\\d{1,5})*|(\\[[0-9a-fA-F:]+]:\\d{1,5},?)+"))
            .withDefault("localhost:9092");
    public static final Setting<DataSize> MAX_RECORD_SIZE = Setting.size(
                    "record.size.max",
                    "Largest record on the image topic; what is written from it may be 64 KiB larger.",
                    new DataSize(1 << 10),
                    DataSize.ofMebibytes(512))
            .withDefault("9MiB");
    public static final Setting<String> DEAD_LETTERS =
            topic("topic.dead.letters", "Topic of records that could not be processed.", "dead-letters");

    private static final Setting<ProcessingGuarantee> GUARANTEE = Setting.choice(
                    "processing.guarantee", "What holds after a crash.", ProcessingGuarantee.class)
            .withDefault("exactly_once_v2");
    private static final Setting<Duration> COMMIT_INTERVAL = Setting.duration(
                    "commit.interval",
                    "Longest time between commits. Under exactly_once_v2, readers of committed records wait for one; batches"
                            + " that are not full are committed at once where no frames queue, up to ten times in this time and"
                            + " for at most a tenth of it.",
                    Duration.ofMillis(1),
                    Duration.ofMinutes(5))
            .withDefault("250ms");
    private static final Setting<Integer> THREADS =
            Setting.integer("threads", "Stream threads.", 1, 256).withDefault("1");
    private static final Setting<Path> STATE_DIRECTORY = Setting.path(
                    "state.dir", "Directory of locks and checkpoints. Left out: in the system's temporary directory.")
            .optional();
    private static final Setting<DataSize> STATE_CACHE = Setting.size(
                    "state.cache",
                    "Memory for pending frames, which keeps them from the changelog; best above 2 x batch.size frames for"
                            + " each partition.",
                    new DataSize(0),
                    DataSize.ofMebibytes(64 << 10))
            .withDefault("64MiB");
    private static final Setting<Duration> START_TIMEOUT = Setting.duration(
                    "start.timeout",
                    "How long to wait at start for the brokers and the topics.",
                    Duration.ZERO,
                    Duration.ofHours(1))
            .withDefault("30s");
    private static final Setting<Duration> STOP_TIMEOUT = Setting.duration(
                    "stop.timeout",
                    "How long a stop may take to finish what is pending; the rest is kept for the next start.",
                    Duration.ZERO,
                    Duration.ofHours(1))
            .withDefault("10s");

    private static final Setting<Duration> NETWORK_TIMEOUT = Setting.duration(
                    "network.timeout",
                    "How long one run of the network, or the decoding of one frame, may take. One that takes longer hangs: the process"
                            + " ends with exit code 1, so that it is restarted.",
                    Duration.ofMillis(100),
                    Duration.ofHours(1))
            .withDefault("2m");

    public StreamConfig {
        requireNonNull(applicationId, "applicationId");
        requireNonNull(bootstrapServers, "bootstrapServers");
        requireNonNull(guarantee, "guarantee");
        requireNonNull(commitInterval, "commitInterval");
        requireNonNull(stateDirectory, "stateDirectory");
        requireNonNull(stateCache, "stateCache");
        requireNonNull(maxRecordSize, "maxRecordSize");
        requireNonNull(deadLetters, "deadLetters");
        requireNonNull(startTimeout, "startTimeout");
        requireNonNull(stopTimeout, "stopTimeout");
        requireNonNull(networkTimeout, "networkTimeout");
        requireNonNull(batch, "batch");
        requireNonNull(http, "http");
        requireNonNull(schemas, "schemas");
        requireNonNull(kafka, "kafka");
    }

    /** The settings of a stream app with this application id and HTTP port unless others are set. */
    public static List<Setting<?>> settings(String applicationId, int httpPort) {
        List<Setting<?>> settings = new ArrayList<>(List.of(
                BOOTSTRAP_SERVERS,
                applicationId(applicationId),
                GUARANTEE,
                COMMIT_INTERVAL,
                THREADS,
                STATE_DIRECTORY,
                STATE_CACHE,
                MAX_RECORD_SIZE,
                DEAD_LETTERS,
                START_TIMEOUT,
                STOP_TIMEOUT,
                NETWORK_TIMEOUT));
        settings.addAll(BatchSettings.SETTINGS);
        settings.addAll(HttpSettings.settings(httpPort));
        settings.addAll(SchemaSettings.SETTINGS);
        return List.copyOf(settings);
    }

    /** Reads what {@link #settings} names; the two arguments must be the same as there. */
    public static StreamConfig from(Values values, String applicationId, int httpPort) {
        return new StreamConfig(
                values.get(applicationId(applicationId)),
                values.get(BOOTSTRAP_SERVERS),
                values.get(GUARANTEE),
                values.get(COMMIT_INTERVAL),
                values.get(THREADS),
                values.find(STATE_DIRECTORY).orElse(Path.of(System.getProperty("java.io.tmpdir"), "featherwire-state")),
                values.get(STATE_CACHE),
                values.get(MAX_RECORD_SIZE),
                values.get(DEAD_LETTERS),
                values.get(START_TIMEOUT),
                values.get(STOP_TIMEOUT),
                values.get(NETWORK_TIMEOUT),
                BatchSettings.from(values),
                HttpSettings.from(values, httpPort),
                SchemaSettings.from(values),
                values.kafka());
    }

    /** A setting that names a topic. */
    public static Setting<String> topic(String key, String about, String name) {
        return Setting.text(
                        key,
                        about,
                        "a topic name: letters, digits, . _ -, at most 249",
                        text -> text.matches("[a-zA-Z0-9._-]{1,249}"))
                .withDefault(name);
    }

    /** What a record may grow to on its way: error headers of a dead letter, coordinates in a slot of the pending store. */
    public static DataSize withHeadroom(DataSize maxRecordSize) {
        return new DataSize(maxRecordSize.bytes() + (64 << 10));
    }

    private static Setting<String> applicationId(String standard) {
        return Setting.text(
                        "application.id",
                        "Consumer group, and prefix of internal topics. Instances that share the work share it.",
                        "letters, digits, . _ -",
                        text -> text.matches("[a-zA-Z0-9._-]{1,200}"))
                .withDefault(standard);
    }
}
