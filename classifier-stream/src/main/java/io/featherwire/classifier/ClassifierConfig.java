package io.featherwire.classifier;

import io.featherwire.classifier.accuracy.LedgerSettings;
import io.featherwire.classifier.dashboard.DashboardSettings;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.runtime.CudaSettings;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.config.Settings;
import io.featherwire.runtime.topics.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The validated settings of the classifier. */
public final class ClassifierConfig {

    public static final String APPLICATION_ID = "featherwire-classifier";
    public static final int HTTP_PORT = 8082;

    private static final Duration MOST = Duration.ofDays(30);
    private static final Settings SETTINGS = new Settings();

    static final Setting<List<Path>> BUNDLES =
            SETTINGS.add(Setting.list(Setting.path("bundle", "Directories of the bundles that the classifier loads."))
                    .optional());
    static final Setting<Path> BUNDLES_DIRECTORY = SETTINGS.add(Setting.path(
                    "bundles.dir",
                    "Directory that contains bundles. The classifier verifies and loads new bundles "
                            + "while the classifier runs.")
            .optional());
    static final Setting<Path> HEADS = SETTINGS.add(Setting.path(
                    "heads",
                    "Directory with one subdirectory for each further head. Operators can add, replace "
                            + "and remove heads while the classifier runs.")
            .optional());
    static final Setting<Device> DEVICE = SETTINGS.add(Setting.of(
                    "device",
                    "Processor that runs the network. With auto, the network runs with CUDA if CUDA "
                            + "works; otherwise the network runs on the CPU.",
                    "auto, cpu, cuda or cuda:n",
                    Device::parse)
            .withDefault("auto"));
    static final Setting<Integer> NETWORK_THREADS = SETTINGS.add(Setting.integer(
                    "network.threads",
                    "Number of CPU threads that run the network. With 0 the network has one thread for " + "each core.",
                    0,
                    1024)
            .withDefault("0"));
    static final Setting<String> VARIANT = SETTINGS.add(Setting.text(
                    "precision",
                    "Precision in which decoders and heads run, such as fp32 or int8. By default each "
                            + "bundle determines the precision.")
            .optional());
    static final Setting<Integer> TOP_K = SETTINGS.add(Setting.integer(
                    "top.k",
                    "Number of classes in the field topK of a classification; topK lists the most "
                            + "probable classes.",
                    1,
                    1000)
            .withDefault("3"));
    static final Setting<Duration> BUCKET = SETTINGS.add(Setting.duration(
                    "accuracy.bucket",
                    "Length of a time bucket; the classifier counts accuracy in time buckets.",
                    Duration.ofMillis(100),
                    MOST)
            .withDefault("10s"));
    static final Setting<Duration> LABEL_WAIT = SETTINGS.add(Setting.duration(
                    "accuracy.label.wait",
                    "Maximum time that the ledger keeps a frame without a label, and a label without a "
                            + "frame, so that label and frame can be joined.",
                    Duration.ofMillis(100),
                    MOST)
            .withDefault("15m"));
    static final Setting<List<Duration>> WINDOWS = SETTINGS.add(Setting.list(Setting.duration(
                    "accuracy.windows",
                    "Lengths of the rolling windows over which the classifier computes accuracy.",
                    Duration.ofMillis(100),
                    MOST))
            .withDefault("1m,5m,1h"));
    static final Setting<Integer> LAST = SETTINGS.add(Setting.integer(
                    "accuracy.last",
                    "Number of frames in the accuracy window last-N, which has the newest labelled "
                            + "frames of each partition.",
                    1,
                    1_000_000)
            .withDefault("1000"));

    static {
        SETTINGS.addAll(BackfillSettings.SETTINGS);
        SETTINGS.addAll(CudaSettings.SETTINGS);
        SETTINGS.add(TopicNames.FEATURES);
        SETTINGS.add(TopicNames.FEATURE_BATCHES);
        SETTINGS.add(TopicNames.LABELS);
        SETTINGS.add(TopicNames.CLASSIFICATIONS);
        SETTINGS.add(TopicNames.ACCURACY_PARTS);
        SETTINGS.add(TopicNames.ACCURACY);
        // Only the dashboard reads these two topics: gaps if the topic exists, and images for thumbnails.
        SETTINGS.add(TopicNames.EDGE_GAPS);
        SETTINGS.add(TopicNames.IMAGES);
        SETTINGS.addAll(DashboardSettings.SETTINGS);
        SETTINGS.addAll(StreamConfig.settings(APPLICATION_ID, HTTP_PORT));
    }

    private final SettingValues values;
    private final StreamConfig stream;
    private final CudaSettings cuda;
    private final LedgerSettings ledger;
    private final DashboardSettings dashboard;
    private final Optional<BackfillSettings> backfill;

    private ClassifierConfig(SettingValues values) {
        this.values = values;
        this.stream = StreamConfig.from(values);
        this.cuda = CudaSettings.from(values);
        this.ledger = ledgerSettings(values);
        this.dashboard = DashboardSettings.from(values);
        this.backfill = BackfillSettings.from(values);
        if (backfill.isPresent() && find(HEADS).isEmpty()) {
            throw new ConfigException(
                    "heads",
                    "not set",
                    "a directory of heads if since is set",
                    "set FEATHERWIRE_HEADS to the heads that classify the earlier frames");
        }
        if (backfill.isPresent() && stream.get(StreamConfig.APPLICATION_ID).equals(APPLICATION_ID)) {
            throw new ConfigException(
                    "application.id",
                    APPLICATION_ID,
                    "an id other than that of the live classifier if since is set",
                    "set FEATHERWIRE_APPLICATION_ID; the live classifier uses the default id");
        }
        if (find(BUNDLES).isEmpty() && find(BUNDLES_DIRECTORY).isEmpty()) {
            throw new ConfigException(
                    "bundle",
                    "not set",
                    "at least one directory, unless bundles.dir is set",
                    "set FEATHERWIRE_BUNDLE or FEATHERWIRE_BUNDLES_DIR");
        }
    }

    /** The declared settings. */
    public static List<Setting<?>> settings() {
        return SETTINGS.list();
    }

    /** Reads and validates the settings. */
    public static ClassifierConfig from(ConfigSources sources) {
        return new ClassifierConfig(sources.read(settings()));
    }

    private static LedgerSettings ledgerSettings(SettingValues values) {
        try {
            return new LedgerSettings(
                    values.get(BUCKET), values.get(LABEL_WAIT), values.get(WINDOWS), values.get(LAST));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "accuracy.*",
                    String.valueOf(e.getMessage()),
                    "no shorter than accuracy.bucket",
                    "change accuracy.bucket or the shorter setting");
        }
    }

    /** The value of a setting that is required or has a default. */
    <T> T get(Setting<T> setting) {
        return values.get(setting);
    }

    /** The value of an optional setting. */
    <T> Optional<T> find(Setting<T> setting) {
        return values.find(setting);
    }

    public StreamConfig stream() {
        return stream;
    }

    /** The settings of the accuracy ledger. */
    LedgerSettings ledger() {
        return ledger;
    }

    /** The settings of the dashboard and its warnings. */
    public DashboardSettings dashboard() {
        return dashboard;
    }

    /** The range of a backfill; empty for the live classifier. */
    Optional<BackfillSettings> backfill() {
        return backfill;
    }

    PayloadClassifier.Options classifierOptions() {
        return new PayloadClassifier.Options(
                stream.batch().size(),
                find(VARIANT).orElse(null),
                new OnnxOptions(get(NETWORK_THREADS), false, cuda.providerOptions()));
    }
}
