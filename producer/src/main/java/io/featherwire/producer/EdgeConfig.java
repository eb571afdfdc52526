package io.featherwire.producer;

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
import io.featherwire.runtime.PayloadTargets;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.config.Settings;
import io.featherwire.runtime.topics.TopicNames;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings of edge mode: how images are compressed before they are sent. */
final class EdgeConfig {

    private static final Logger LOG = LoggerFactory.getLogger(EdgeConfig.class);
    private static final Settings SETTINGS = new Settings();

    /**
     * The most images in one run of a bundle of lower quality. A session keeps the memory of its largest run: 174 MiB for
     * 32 images of the half-width VGG16 at 96 × 96. With few images per run a device has memory for four sessions.
     */
    private static final int COARSER_BATCH = 4;

    static final Setting<Path> BUNDLE = SETTINGS.add(
            Setting.path("bundle", "Directory of the bundle with which the process compresses images in edge mode."));
    static final Setting<Device> DEVICE = SETTINGS.add(Setting.of(
                    "device",
                    "Processor that runs the network in edge mode. With auto, the network runs with "
                            + "CUDA if CUDA works; otherwise the network runs on the CPU.",
                    "auto, cpu, cuda or cuda:n",
                    Device::parse)
            .withDefault("auto"));
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
    static final Setting<Path> HEADS = SETTINGS.add(Setting.path(
                    "heads",
                    "Directory of further heads, the same directory as in the classifier's setting "
                            + "heads. If the directory has a head for the bundle, the compressor does not use "
                            + "RDOQ (payload.rdoq), since symbols that preserve one head's prediction reduce the "
                            + "accuracy of other heads.")
            .optional());

    static {
        SETTINGS.addAll(PayloadTargets.SETTINGS);
    }

    static final Setting<Integer> BATCH = SETTINGS.add(
            Setting.integer("batch.size", "Maximum number of images in one run of the network, in edge mode.", 1, 1024)
                    .withDefault("32"));

    static {
        SETTINGS.add(TopicNames.FEATURES);
        SETTINGS.add(StreamConfig.DEAD_LETTERS);
    }

    private static final Settings SWITCHED = new Settings();

    private static final Setting<Boolean> COMPRESS = SWITCHED.add(Setting.flag(
                    "compress",
                    "Whether the command runs in edge mode. In edge mode, the process compresses the "
                            + "images and publishes payloads instead of images.")
            .withDefault("false"));

    static {
        SWITCHED.addAll(SETTINGS.list(BUNDLE.optional()));
    }

    private final SettingValues values;

    private EdgeConfig(SettingValues values) {
        this.values = values;
    }

    /** The settings of apps in which edge mode is optional. */
    static List<Setting<?>> settingsWithSwitch() {
        return SWITCHED.list();
    }

    /** The settings of apps in which edge mode is always on. */
    static List<Setting<?>> settings() {
        return SETTINGS.list();
    }

    /**
     * @param values read with {@link #settingsWithSwitch}
     * @return empty if whole images are published
     */
    static Optional<EdgeConfig> fromIfEnabled(SettingValues values) {
        if (!values.get(COMPRESS)) {
            return Optional.empty();
        }
        if (values.find(BUNDLE).isEmpty()) {
            throw new ConfigException(
                    "bundle", "not set", "needed to compress", "give --bundle DIR, the classifier's bundle");
        }
        return Optional.of(new EdgeConfig(values));
    }

    /** @param values read with {@link #settings} */
    static EdgeConfig from(SettingValues values) {
        return new EdgeConfig(values);
    }

    /** The value of a setting that is required or has a default. */
    <T> T get(Setting<T> setting) {
        return values.get(setting);
    }

    /** The target sizes of payloads by sensor. */
    PayloadTargets targets() {
        return PayloadTargets.from(values);
    }

    /** The names of the output topics, by the keys of their settings. */
    Map<String, String> topics() {
        return Map.of(
                TopicNames.FEATURES.key(),
                get(TopicNames.FEATURES),
                StreamConfig.DEAD_LETTERS.key(),
                get(StreamConfig.DEAD_LETTERS));
    }

    /**
     * Opens the gate with the networks that check whether repeats keep their predictions. Returns null if the gate is
     * off.
     *
     * @param coarser the directories of bundles of lower quality
     * @throws StartException if a bundle or the device cannot be used
     */
    @Nullable
    EdgeGate openGate(GateSettings gate, List<Path> coarser, MeterRegistry registry) {
        if (!gate.isOn()) {
            return null;
        }
        List<PayloadClassifier> classifiers = new ArrayList<>();
        try {
            for (Path bundle : bundles(coarser)) {
                classifiers.add(PayloadClassifier.open(
                        Bundle.load(bundle),
                        get(DEVICE),
                        PayloadClassifier.Options.DEFAULT.withVariant(
                                values.find(VARIANT).orElse(null))));
            }
        } catch (BundleException | OnnxException e) {
            classifiers.forEach(PayloadClassifier::close);
            throw new StartException(e.getMessage(), e);
        }
        return new EdgeGate(gate, classifiers, registry);
    }

    private List<Path> bundles(List<Path> coarser) {
        return Stream.concat(Stream.of(get(BUNDLE)), coarser.stream()).toList();
    }

    /** @throws StartException if the bundle or the device cannot be used */
    QualityLevels open(int maxImageBytes) {
        return open(maxImageBytes, List.of());
    }

    /**
     * Opens a compressor for each quality step.
     *
     * @param coarser the directories of bundles of lower quality; empty if one bundle serves all quality steps
     * @throws StartException if a bundle or the device cannot be used
     */
    QualityLevels open(int maxImageBytes, List<Path> coarser) {
        var targets = new CoarserTargets(targets());
        List<FeatureCompressor> opened = new ArrayList<>();
        try {
            for (Path bundle : bundles(coarser)) {
                opened.add(
                        opened.isEmpty()
                                ? open(bundle, maxImageBytes, get(BATCH))
                                : open(bundle, maxImageBytes, Math.min(get(BATCH), COARSER_BATCH)));
            }
        } catch (BundleException | OnnxException e) {
            opened.forEach(FeatureCompressor::close);
            throw new StartException(e.getMessage(), e);
        }
        return new QualityLevels(opened.get(0), targets, opened.subList(1, opened.size()));
    }

    private FeatureCompressor open(Path bundle, int maxImageBytes, int maxBatch) throws BundleException, OnnxException {
        Bundle loaded = Bundle.load(bundle);
        Optional<Path> heads = values.find(HEADS);
        List<Head> further = heads.isPresent() ? Head.of(loaded, heads.get()) : List.of();
        boolean rdoq = get(RDOQ);
        if (!further.isEmpty() && rdoq && loaded.manifest().search() != null) {
            LOG.info("payload.rdoq is off: further heads share the payloads of bundle {}: {}", loaded, further);
        }
        return FeatureCompressor.open(
                loaded,
                get(DEVICE),
                FeatureCompressor.Options.DEFAULT
                        .withMaxBatch(maxBatch)
                        .withVariant(values.find(VARIANT).orElse(null))
                        .withMode(values.find(MODE).orElse(null))
                        .withSearch(rdoq && further.isEmpty())
                        .withTargetBytes(targets().largestTarget())
                        .withLimits(ImageLimits.DEFAULT.withMaxBytes(maxImageBytes)));
    }
}
