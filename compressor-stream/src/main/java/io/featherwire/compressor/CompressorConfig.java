package io.featherwire.compressor;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.runtime.CudaSettings;
import io.featherwire.runtime.GateSettings;
import io.featherwire.runtime.PayloadTargets;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.batch.BatchSettings;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.config.Settings;
import io.featherwire.runtime.topics.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The validated settings of the compressor. */
public final class CompressorConfig {

    public static final String APPLICATION_ID = "featherwire-compressor";
    public static final int HTTP_PORT = 8081;

    private static final Settings SETTINGS = new Settings();

    public static final Setting<Path> BUNDLE =
            SETTINGS.add(Setting.path("bundle", "Directory of the bundle that the compressor uses."));

    static {
        SETTINGS.add(TopicNames.IMAGES);
        SETTINGS.add(TopicNames.FEATURES);
    }

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
    static final Setting<Integer> NETWORK_RUNS = SETTINGS.add(Setting.integer(
                    "network.runs",
                    "Number of concurrent runs of the network. The concurrent runs share the threads "
                            + "(network.threads) and the frames of a batch (batch.size). By default a CPU with "
                            + "two or more threads does two runs at the same time, and every other processor does "
                            + "one run at a time.",
                    1,
                    64)
            .optional());
    static final Setting<String> VARIANT = SETTINGS.add(Setting.text(
                    "precision",
                    "Precision in which the network runs, such as fp32 or int8. By default the bundle "
                            + "determines the precision.")
            .optional());
    static final Setting<PayloadMode> MODE = SETTINGS.add(Setting.choice(
                    "payload.mode",
                    "Payload mode, that is, how payloads encode symbols. By default the bundle "
                            + "determines the payload mode.",
                    PayloadMode.class)
            .optional());
    static final Setting<Boolean> RDOQ = SETTINGS.add(Setting.flag(
                    "payload.rdoq",
                    "Whether the compressor uses prediction-preserving rate-distortion optimised "
                            + "quantisation (RDOQ), if the bundle enables RDOQ. RDOQ needs the decoder and the "
                            + "head of the bundle.")
            .withDefault("true")
            .formerly("payload.search"));

    static {
        SETTINGS.addAll(PayloadTargets.SETTINGS);
    }

    static final Setting<Path> HEADS = SETTINGS.add(Setting.path(
                    "heads",
                    "Directory of further heads, the same directory as in the classifier's setting "
                            + "heads. If the directory has a head for the bundle, the compressor does not use "
                            + "RDOQ (payload.rdoq), since symbols that preserve one head's prediction reduce the "
                            + "accuracy of other heads.")
            .optional());
    static final Setting<DataSize> IMAGE_BYTES = SETTINGS.add(Setting.size(
                    "image.bytes.max",
                    "Maximum size of an image file. The record of a larger image becomes a dead letter.",
                    new DataSize(1),
                    DataSize.ofMebibytes(1024))
            .withDefault("8MiB"));
    static final Setting<Integer> IMAGE_PIXELS = SETTINGS.add(Setting.integer(
                    "image.pixels.max",
                    "Maximum number of pixels of an image. The compressor checks the number of pixels "
                            + "before decoding the image.",
                    1,
                    500_000_000)
            .withDefault("32000000"));
    static final Setting<DataSize> IMAGE_MEMORY = SETTINGS.add(Setting.size(
                    "image.memory.max",
                    "Maximum memory for decoding images. An image that needs more memory alone becomes "
                            + "a dead letter. An image that needs more than the free part of the memory waits.",
                    DataSize.ofMebibytes(1),
                    DataSize.ofMebibytes(1 << 18))
            .withDefault("384MiB"));
    static final Setting<Integer> IMAGE_SCANS = SETTINGS.add(Setting.integer(
                    "image.scans.max",
                    "Maximum number of scans of a JPEG file of up to 5 megapixels. For larger JPEG "
                            + "files, the maximum decreases in proportion to the number of pixels.",
                    1,
                    10_000)
            .withDefault("100"));
    static final Setting<Duration> IMAGE_TIME = SETTINGS.add(Setting.duration(
                    "image.time.max",
                    "Maximum CPU time for decoding one image. An image whose decoding takes longer "
                            + "becomes a dead letter.",
                    Duration.ofMillis(1),
                    Duration.ofMinutes(1))
            .withDefault("20s"));
    static final Setting<Double> AUDIT_SHARE = SETTINGS.add(Setting.decimal(
                    "audit.share",
                    "Share of frames that the compressor audits. The record of an audited frame on the "
                            + "topic features also contains the prediction from the uncompressed feature, so the "
                            + "classifier can measure the loss by compression without labels.",
                    0,
                    1)
            .withDefault("0"));

    static {
        SETTINGS.addAll(GateSettings.SETTINGS);
        SETTINGS.addAll(CudaSettings.SETTINGS);
        SETTINGS.addAll(StreamConfig.settings(APPLICATION_ID, HTTP_PORT));
    }

    private final SettingValues values;
    private final StreamConfig stream;
    private final CudaSettings cuda;
    private final GateSettings gate;
    private final PayloadTargets targets;

    private CompressorConfig(SettingValues values) {
        this.values = values;
        this.stream = StreamConfig.from(values);
        this.cuda = CudaSettings.from(values);
        this.gate = GateSettings.from(values);
        this.targets = PayloadTargets.from(values);
    }

    /** The declared settings. */
    public static List<Setting<?>> settings() {
        return SETTINGS.list();
    }

    /** Reads and validates the settings. */
    public static CompressorConfig from(ConfigSources sources) {
        return new CompressorConfig(sources.read(settings()));
    }

    /** The value of a setting that is required or has a default. */
    public <T> T get(Setting<T> setting) {
        return values.get(setting);
    }

    /** The value of an optional setting. */
    <T> Optional<T> find(Setting<T> setting) {
        return values.find(setting);
    }

    public StreamConfig stream() {
        return stream;
    }

    GateSettings gate() {
        return gate;
    }

    /** The target sizes of payloads by sensor. */
    PayloadTargets targets() {
        return targets;
    }

    /** The limits of an encoded image. */
    ImageLimits limits() {
        return new ImageLimits(
                (int) get(IMAGE_BYTES).bytes(),
                get(IMAGE_PIXELS),
                get(IMAGE_MEMORY).bytes(),
                get(IMAGE_SCANS),
                get(IMAGE_TIME));
    }

    PayloadClassifier.Options classifierOptions() {
        return new PayloadClassifier.Options(
                stream.batch().size(), find(VARIANT).orElse(null), onnx());
    }

    FeatureCompressor.Options compressorOptions() {
        return FeatureCompressor.Options.DEFAULT
                .withMaxBatch(stream.batch().size())
                .withVariant(find(VARIANT).orElse(null))
                .withMode(find(MODE).orElse(null))
                .withSearch(get(RDOQ))
                .withFeatures(get(AUDIT_SHARE) > 0)
                .withPredictions(get(AUDIT_SHARE) > 0)
                .withTargetBytes(targets.largestTarget())
                .withLimits(limits())
                .withOnnx(onnx());
    }

    /**
     * The batch settings for a device. On the CPU, two runs share the cores by default, since a single run on all cores
     * waits for the slowest core at each layer.
     */
    BatchSettings batch(Device.Kind kind) {
        return stream.batch()
                .withRuns(find(NETWORK_RUNS).orElse(kind == Device.Kind.CUDA ? 1 : Math.min(2, allThreads())));
    }

    private OnnxOptions onnx() {
        int runs = batch(get(DEVICE).kind()).runs();
        return new OnnxOptions(Math.max(1, allThreads() / runs), false, cuda.providerOptions());
    }

    private int allThreads() {
        int threads = get(NETWORK_THREADS);
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }
}
