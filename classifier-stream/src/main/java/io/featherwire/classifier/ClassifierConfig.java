package io.featherwire.classifier;

import static java.util.Objects.requireNonNull;

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
import io.featherwire.runtime.config.Values;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The settings of the classifier.
 *
 * @param topics read and written
 * @param bundles directories of bundles, all of them loaded at start
 * @param bundlesDirectory directory whose subdirectories are bundles; watched for new ones
 * @param heads directory whose subdirectories are further heads; watched for those that come and go
 * @param backfill what is answered again for frames of the past, empty for the live classifier
 * @param device where the networks run
 * @param networkThreads threads of a network on the CPU; 0 means one per core
 * @param cuda how a card is used, if there is one
 * @param variant graphs of the bundles, such as int8; empty for their default
 * @param topK how many classes a classification names
 * @param ledger how accuracy is counted
 * @param dashboard what the page shows, and when it warns
 */
public record ClassifierConfig(
        StreamConfig stream,
        ClassifierTopics topics,
        List<Path> bundles,
        Optional<Path> bundlesDirectory,
        Optional<Path> heads,
        Optional<BackfillSettings> backfill,
        Device device,
        int networkThreads,
        CudaSettings cuda,
        Optional<String> variant,
        int topK,
        LedgerSettings ledger,
        DashboardSettings dashboard) {

    public static final String APPLICATION_ID = "featherwire-classifier";
    public static final int HTTP_PORT = 8082;

    private static final Duration MOST = Duration.ofDays(30);

    private static final Setting<List<Path>> BUNDLES =
            Setting.list(Setting.path("bundle", "Directories of bundles.")).optional();
    private static final Setting<Path> BUNDLES_DIRECTORY = Setting.path(
                    "bundles.dir", "Directory of bundle directories; a new one is verified and loaded without a stop.")
            .optional();
    private static final Setting<Path> HEADS = Setting.path(
                    "heads",
                    "Directory of further heads, each a directory of its own; they are added, replaced and removed without a stop.")
            .optional();
    private static final Setting<Device> DEVICE = Setting.of(
                    "device",
                    "Where the network runs; auto takes CUDA where it works.",
                    "auto, cpu, cuda or cuda:n",
                    Device::parse)
            .withDefault("auto");
    private static final Setting<Integer> NETWORK_THREADS = Setting.integer(
                    "network.threads", "Threads of the network on the CPU; 0 means one for each core.", 0, 1024)
            .withDefault("0");
    private static final Setting<String> VARIANT = Setting.text(
                    "precision", "Graphs of the bundles, such as fp32 or int8. Left out: their default.")
            .optional();
    private static final Setting<Integer> TOP_K = Setting.integer(
                    "top.k", "How many classes a classification names.", 1, 1000)
            .withDefault("3");
    private static final Setting<Duration> BUCKET = Setting.duration(
                    "accuracy.bucket",
                    "Width of the time buckets that accuracy is counted in.",
                    Duration.ofMillis(100),
                    MOST)
            .withDefault("10s");
    private static final Setting<Duration> LABEL_WAIT = Setting.duration(
                    "accuracy.label.wait",
                    "How long a frame waits for its label, and a label for its frame.",
                    Duration.ofMillis(100),
                    MOST)
            .withDefault("15m");
    private static final Setting<List<Duration>> WINDOWS = Setting.list(
                    Setting.duration("accuracy.windows", "Rolling windows.", Duration.ofMillis(100), MOST))
            .withDefault("1m,5m,1h");
    private static final Setting<Integer> LAST = Setting.integer(
                    "accuracy.last",
                    "The number of newest labelled frames of each partition that make one more window.",
                    1,
                    1_000_000)
            .withDefault("1000");

    public ClassifierConfig {
        requireNonNull(stream, "stream");
        requireNonNull(topics, "topics");
        bundles = List.copyOf(bundles);
        requireNonNull(bundlesDirectory, "bundlesDirectory");
        requireNonNull(heads, "heads");
        requireNonNull(backfill, "backfill");
        requireNonNull(device, "device");
        requireNonNull(cuda, "cuda");
        requireNonNull(variant, "variant");
        requireNonNull(ledger, "ledger");
        requireNonNull(dashboard, "dashboard");
        if (backfill.isPresent() && heads.isEmpty()) {
            throw new ConfigException(
                    "heads",
                    "not set",
                    "a directory of heads where since is set",
                    "set FEATHERWIRE_HEADS to the heads that are to answer for the past");
        }
        if (backfill.isPresent() && stream.applicationId().equals(APPLICATION_ID)) {
            throw new ConfigException(
                    "application.id",
                    APPLICATION_ID,
                    "a name of its own where since is set",
                    "set FEATHERWIRE_APPLICATION_ID, for the live classifier has a place of its own in the topic");
        }
        if (bundles.isEmpty() && bundlesDirectory.isEmpty()) {
            throw new ConfigException(
                    "bundle",
                    "not set",
                    "at least one directory, unless bundles.dir is set",
                    "set FEATHERWIRE_BUNDLE or FEATHERWIRE_BUNDLES_DIR");
        }
    }

    /** Everything that can be set. */
    public static List<Setting<?>> settings() {
        var settings = new ArrayList<Setting<?>>(List.of(
                BUNDLES,
                BUNDLES_DIRECTORY,
                HEADS,
                DEVICE,
                NETWORK_THREADS,
                VARIANT,
                TOP_K,
                BUCKET,
                LABEL_WAIT,
                WINDOWS,
                LAST));
        settings.addAll(BackfillSettings.SETTINGS);
        settings.addAll(CudaSettings.SETTINGS);
        settings.addAll(ClassifierTopics.SETTINGS);
        settings.addAll(DashboardSettings.SETTINGS);
        settings.addAll(StreamConfig.settings(APPLICATION_ID, HTTP_PORT));
        return List.copyOf(settings);
    }

    /** Reads and checks them all. */
    public static ClassifierConfig from(ConfigSources layers) {
        var values = layers.read(settings());
        return new ClassifierConfig(
                StreamConfig.from(values, APPLICATION_ID, HTTP_PORT),
                ClassifierTopics.from(values),
                values.find(BUNDLES).orElse(List.of()),
                values.find(BUNDLES_DIRECTORY),
                values.find(HEADS),
                BackfillSettings.from(values),
                values.get(DEVICE),
                values.get(NETWORK_THREADS),
                CudaSettings.from(values),
                values.find(VARIANT),
                values.get(TOP_K),
                ledger(values),
                DashboardSettings.from(values));
    }

    private static LedgerSettings ledger(Values values) {
        try {
            return new LedgerSettings(
                    values.get(BUCKET), values.get(LABEL_WAIT), values.get(WINDOWS), values.get(LAST));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "accuracy.*",
                    String.valueOf(e.getMessage()),
                    "no shorter than accuracy.bucket",
                    "change one of the two");
        }
    }

    PayloadClassifier.Options classifierOptions() {
        return new PayloadClassifier.Options(
                stream.batch().size(),
                variant.orElse(null),
                new OnnxOptions(networkThreads, false, cuda.providerOptions()));
    }
}
