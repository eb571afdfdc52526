package io.featherwire.compressor;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.runtime.CudaSettings;
import io.featherwire.runtime.GateSettings;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.batch.BatchSettings;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.Values;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The settings of the compressor.
 *
 * @param images topic read
 * @param features topic written
 * @param bundle directory of the bundle
 * @param device where the network runs
 * @param networkThreads threads of the network on the CPU; 0 means one per core
 * @param networkRuns runs of the network at the same time; empty for what suits the device
 * @param cuda how a card is used, if there is one
 * @param variant graphs of the bundle, such as int8; empty for its default
 * @param mode payload mode; empty for the bundle's default
 * @param search whether symbols are looked for that keep the answer, if the bundle says so
 * @param targetBytes that a payload should not exceed, 0 for no target
 * @param heads directory of further heads: where the bundle has some there, no head's answer is kept at the others' cost
 * @param limits what an image may cost
 * @param auditShare share of the frames of which the uncompressed path is asked, too, 0..1
 * @param gate how frames that repeat the one before are told from others
 */
public record CompressorConfig(
        StreamConfig stream,
        String images,
        String features,
        Path bundle,
        Device device,
        int networkThreads,
        Optional<Integer> networkRuns,
        CudaSettings cuda,
        Optional<String> variant,
        Optional<PayloadMode> mode,
        boolean search,
        int targetBytes,
        Optional<Path> heads,
        ImageLimits limits,
        double auditShare,
        GateSettings gate) {

    public static final String APPLICATION_ID = "featherwire-compressor";
    public static final int HTTP_PORT = 8081;

    private static final Setting<String> IMAGES = StreamConfig.topic("topic.images", "Topic of images.", "images");
    private static final Setting<String> FEATURES =
            StreamConfig.topic("topic.features", "Topic of compact features.", "features");
    private static final Setting<Path> BUNDLE = Setting.path("bundle", "Directory of the bundle.");
    private static final Setting<Device> DEVICE = Setting.of(
                    "device",
                    "Where the network runs; auto takes CUDA where it works.",
                    "auto, cpu, cuda or cuda:n",
                    Device::parse)
            .withDefault("auto");
    private static final Setting<Integer> NETWORK_THREADS = Setting.integer(
                    "network.threads", "Threads of the network on the CPU; 0 means one for each core.", 0, 1024)
            .withDefault("0");
    private static final Setting<Integer> NETWORK_RUNS = Setting.integer(
                    "network.runs",
                    "Runs of the network at the same time, among which a batch and the threads are shared out. "
                            + "Left out: two on a CPU with two threads or more, one on a card.",
                    1,
                    64)
            .optional();
    private static final Setting<String> VARIANT = Setting.text(
                    "precision", "Graphs of the bundle, such as fp32 or int8. Left out: the bundle's default.")
            .optional();
    private static final Setting<PayloadMode> MODE = Setting.choice(
                    "payload.mode", "How codes are packed. Left out: the bundle's default.", PayloadMode.class)
            .optional();
    private static final Setting<Boolean> RDOQ = Setting.flag(
                    "payload.rdoq",
                    "Rate-distortion optimised quantisation that preserves predictions, where the bundle asks for it; needs its decoder and head here.")
            .withDefault("true")
            .formerly("payload.search");
    private static final Setting<Integer> TARGET = Setting.integer(
                    "payload.bytes.target",
                    "Bytes that a payload of mode entropy should not exceed: where it would, less of the feature is kept. 0: no target.",
                    0,
                    1_000_000)
            .withDefault("0");
    private static final Setting<Path> HEADS = Setting.path(
                    "heads",
                    "Directory of further heads, as the classifier has it: where the bundle has some there, payload.rdoq is off, since symbols"
                            + " that keep one head's answer cost the others.")
            .optional();
    private static final Setting<DataSize> IMAGE_BYTES = Setting.size(
                    "image.bytes.max", "Largest image file.", new DataSize(1), DataSize.ofMebibytes(1024))
            .withDefault("8MiB");
    private static final Setting<Integer> IMAGE_PIXELS = Setting.integer(
                    "image.pixels.max", "Most pixels of an image; checked before it is decoded.", 1, 500_000_000)
            .withDefault("32000000");
    private static final Setting<DataSize> IMAGE_MEMORY = Setting.size(
                    "image.memory.max",
                    "Most memory of images while they are decoded: one that needs more is a dead letter, others wait for each other.",
                    DataSize.ofMebibytes(1),
                    DataSize.ofMebibytes(1 << 18))
            .withDefault("384MiB");
    private static final Setting<Integer> IMAGE_SCANS = Setting.integer(
                    "image.scans.max",
                    "Most scans of a JPEG file of up to 5 megapixels; a larger one may have fewer in proportion.",
                    1,
                    10_000)
            .withDefault("100");
    private static final Setting<Duration> IMAGE_TIME = Setting.duration(
                    "image.time.max",
                    "Longest time on a core that decoding one image may take.",
                    Duration.ofMillis(1),
                    Duration.ofMinutes(1))
            .withDefault("20s");

    private static final Setting<Double> AUDIT_SHARE = Setting.decimal(
                    "audit.share",
                    "Share of frames that also carry what the uncompressed path says, so that the loss is seen live.",
                    0,
                    1)
            .withDefault("0");

    public CompressorConfig {
        requireNonNull(stream, "stream");
        requireNonNull(images, "images");
        requireNonNull(features, "features");
        requireNonNull(bundle, "bundle");
        requireNonNull(device, "device");
        requireNonNull(networkRuns, "networkRuns");
        requireNonNull(cuda, "cuda");
        requireNonNull(variant, "variant");
        requireNonNull(mode, "mode");
        requireNonNull(heads, "heads");
        requireNonNull(limits, "limits");
        requireNonNull(gate, "gate");
    }

    /** Everything that can be set. */
    public static List<Setting<?>> settings() {
        List<Setting<?>> settings = new ArrayList<>(List.of(
                BUNDLE,
                IMAGES,
                FEATURES,
                DEVICE,
                NETWORK_THREADS,
                NETWORK_RUNS,
                VARIANT,
                MODE,
                RDOQ,
                TARGET,
                HEADS,
                IMAGE_BYTES,
                IMAGE_PIXELS,
                IMAGE_MEMORY,
                IMAGE_SCANS,
                IMAGE_TIME,
                AUDIT_SHARE));
        settings.addAll(GateSettings.SETTINGS);
        settings.addAll(CudaSettings.SETTINGS);
        settings.addAll(StreamConfig.settings(APPLICATION_ID, HTTP_PORT));
        return List.copyOf(settings);
    }

    /** Reads and checks them all. */
    public static CompressorConfig from(ConfigSources layers) {
        Values values = layers.read(settings());
        return new CompressorConfig(
                StreamConfig.from(values, APPLICATION_ID, HTTP_PORT),
                values.get(IMAGES),
                values.get(FEATURES),
                values.get(BUNDLE),
                values.get(DEVICE),
                values.get(NETWORK_THREADS),
                values.find(NETWORK_RUNS),
                CudaSettings.from(values),
                values.find(VARIANT),
                values.find(MODE),
                values.get(RDOQ),
                values.get(TARGET),
                values.find(HEADS),
                new ImageLimits(
                        (int) values.get(IMAGE_BYTES).bytes(),
                        values.get(IMAGE_PIXELS),
                        values.get(IMAGE_MEMORY).bytes(),
                        values.get(IMAGE_SCANS),
                        values.get(IMAGE_TIME)),
                values.get(AUDIT_SHARE),
                GateSettings.from(values));
    }

    PayloadClassifier.Options classifierOptions() {
        return new PayloadClassifier.Options(stream.batch().size(), variant.orElse(null), onnx());
    }

    FeatureCompressor.Options compressorOptions() {
        return FeatureCompressor.Options.DEFAULT
                .withMaxBatch(stream.batch().size())
                .withVariant(variant.orElse(null))
                .withMode(mode.orElse(null))
                .withSearch(search)
                .withPredictions(auditShare > 0)
                .withTargetBytes(targetBytes)
                .withLimits(limits)
                .withOnnx(onnx());
    }

    /** Batches as the device wants them: one run with all the cores waits at each layer for the core that is late. */
    BatchSettings batch(Device.Kind kind) {
        return stream.batch().withRuns(networkRuns.orElse(kind == Device.Kind.CUDA ? 1 : Math.min(2, allThreads())));
    }

    private OnnxOptions onnx() {
        int runs = batch(device.kind()).runs();
        return new OnnxOptions(Math.max(1, allThreads() / runs), false, cuda.providerOptions());
    }

    private int allThreads() {
        return networkThreads == 0 ? Runtime.getRuntime().availableProcessors() : networkThreads;
    }
}
