package io.featherwire.producer;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxException;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.runtime.GateSettings;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.Values;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Edge mode: how images are compressed before they leave.
 *
 * @param bundle directory of the bundle
 * @param device where the network runs
 * @param variant graphs of the bundle, such as int8; empty for its default
 * @param mode payload mode; empty for the bundle's default
 * @param search whether symbols are looked for that keep the answer, if the bundle says so and no further heads share it
 * @param heads directory of further heads
 * @param targetBytes that a payload should not exceed, 0 for no target
 * @param batch most images of one run of the network; fewer when the next image is not there yet
 * @param featuresTopic where payloads go
 * @param deadLettersTopic where images go that cannot be compressed
 */
record EdgeConfig(
        Path bundle,
        Device device,
        Optional<String> variant,
        Optional<PayloadMode> mode,
        boolean search,
        Optional<Path> heads,
        int targetBytes,
        int batch,
        String featuresTopic,
        String deadLettersTopic) {

    private static final Logger LOG = LoggerFactory.getLogger(EdgeConfig.class);

    private static final Setting<Boolean> COMPRESS = Setting.flag(
                    "compress", "Edge mode: compress the images here, and publish their payloads instead of them.")
            .withDefault("false");
    private static final Setting<Path> BUNDLE = Setting.path("bundle", "Directory of the bundle, for edge mode.");
    private static final Setting<Device> DEVICE = Setting.of(
                    "device",
                    "Where the network runs, in edge mode; auto takes CUDA where it works.",
                    "auto, cpu, cuda or cuda:n",
                    Device::parse)
            .withDefault("auto");
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
    private static final Setting<Path> HEADS = Setting.path(
                    "heads",
                    "Directory of further heads, as the classifier has it: where the bundle has some there, payload.rdoq is off, since symbols"
                            + " that keep one head's answer cost the others.")
            .optional();
    private static final Setting<Integer> TARGET = Setting.integer(
                    "payload.bytes.target",
                    "Bytes that a payload of mode entropy should not exceed: where it would, less of the feature is kept. 0: no target.",
                    0,
                    1_000_000)
            .withDefault("0");
    private static final Setting<Integer> BATCH = Setting.integer(
                    "batch.size", "Most images of one run of the network, in edge mode.", 1, 1024)
            .withDefault("32");
    private static final Setting<String> FEATURES =
            StreamConfig.topic("topic.features", "Topic of compact features, for edge mode.", "features");

    /** Every setting of edge mode where it may be on or off. */
    public static final List<Setting<?>> SETTINGS = List.of(
            COMPRESS,
            BUNDLE.optional(),
            DEVICE,
            VARIANT,
            MODE,
            RDOQ,
            HEADS,
            TARGET,
            BATCH,
            FEATURES,
            StreamConfig.DEAD_LETTERS);

    /** Every setting of edge mode where it is always on. */
    public static final List<Setting<?>> ALWAYS_ON =
            List.of(BUNDLE, DEVICE, VARIANT, MODE, RDOQ, HEADS, TARGET, BATCH, FEATURES, StreamConfig.DEAD_LETTERS);

    public EdgeConfig {
        requireNonNull(bundle, "bundle");
        requireNonNull(device, "device");
        requireNonNull(variant, "variant");
        requireNonNull(mode, "mode");
        requireNonNull(heads, "heads");
        requireNonNull(featuresTopic, "featuresTopic");
        requireNonNull(deadLettersTopic, "deadLettersTopic");
    }

    /**
     * @param values read with {@link #SETTINGS}
     * @return empty where whole images are published
     */
    public static Optional<EdgeConfig> from(Values values) {
        if (!values.get(COMPRESS)) {
            return Optional.empty();
        }
        if (values.find(BUNDLE).isEmpty()) {
            throw new ConfigException(
                    "bundle", "not set", "needed to compress", "say --bundle DIR with the classifier's bundle");
        }
        return Optional.of(alwaysOn(values));
    }

    /** @param values read with {@link #ALWAYS_ON} */
    public static EdgeConfig alwaysOn(Values values) {
        return new EdgeConfig(
                values.get(BUNDLE),
                values.get(DEVICE),
                values.find(VARIANT),
                values.find(MODE),
                values.get(RDOQ),
                values.find(HEADS),
                values.get(TARGET),
                values.get(BATCH),
                values.get(FEATURES),
                values.get(StreamConfig.DEAD_LETTERS));
    }

    /** The topics that are written to, by their settings. */
    Map<String, String> topics() {
        return Map.of(FEATURES.key(), featuresTopic, StreamConfig.DEAD_LETTERS.key(), deadLettersTopic);
    }

    /**
     * The gate, with the network that says whether its repeats keep their answers; null where it is off.
     *
     * @throws StartException if the bundle or the device cannot be used
     */
    @Nullable
    EdgeGate openGate(GateSettings gate, MeterRegistry registry) {
        if (!gate.isOn()) {
            return null;
        }
        try {
            return new EdgeGate(
                    gate,
                    PayloadClassifier.open(
                            Bundle.load(bundle),
                            device,
                            PayloadClassifier.Options.DEFAULT.withVariant(variant.orElse(null))),
                    registry);
        } catch (BundleException | OnnxException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    /** @throws StartException if the bundle or the device cannot be used */
    FeatureCompressor open(int maxImageBytes) {
        try {
            Bundle loaded = Bundle.load(bundle);
            List<Head> further = heads.isPresent() ? Head.of(loaded, heads.get()) : List.of();
            if (!further.isEmpty() && search && loaded.manifest().search() != null) {
                LOG.info("payload.rdoq is off: further heads share the payloads of bundle {}: {}", loaded, further);
            }
            return FeatureCompressor.open(
                    loaded,
                    device,
                    FeatureCompressor.Options.DEFAULT
                            .withMaxBatch(batch)
                            .withVariant(variant.orElse(null))
                            .withMode(mode.orElse(null))
                            .withSearch(search && further.isEmpty())
                            .withTargetBytes(targetBytes)
                            .withLimits(ImageLimits.DEFAULT.withMaxBytes(maxImageBytes)));
        } catch (BundleException | OnnxException e) {
            throw new StartException(e.getMessage(), e);
        }
    }
}
