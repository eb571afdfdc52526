package io.featherwire.cli;

import io.featherwire.bundler.head.ClassFolderFeatures;
import io.featherwire.bundler.head.HeadCreation;
import io.featherwire.bundler.head.HeadData;
import io.featherwire.bundler.head.HeadFitOptions;
import io.featherwire.cli.console.CommandException;
import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Logging;
import io.featherwire.cli.head.FrameLabels;
import io.featherwire.cli.head.LabelFilter;
import io.featherwire.cli.head.TopicFeatures;
import io.featherwire.cli.head.TopicScan;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.onnx.Device;
import io.featherwire.runtime.BrokerCheck;
import io.featherwire.runtime.SchemaSettings;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.TopicSerdes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;

/** Creates further heads for a bundle. */
final class HeadCommand {

    private static final Setting<Path> BUNDLE = Setting.path("bundle", "The bundle that made the payloads.");
    private static final Setting<String> FEATURES = Setting.text(
            "features",
            "A topic of features, or a directory of class folders, whose images are compressed and decoded first.");
    private static final Setting<String> LABELS = Setting.text(
                    "labels",
                    "Labels of a topic's frames: a CSV file with the columns frameId, label and optionally sensorId and head, a topic of labels, or a directory of class folders whose files are named after their frames. Labels that name another head are ignored.")
            .optional();
    private static final Setting<String> CLASSES = Setting.text(
                    "classes", "Only labels of these classes, separated by commas. Default: labels of all classes.")
            .optional();
    private static final Setting<Instant> FROM = Setting.instant(
                    "from", "Only frames that were compressed at this time or later.")
            .optional();
    private static final Setting<Instant> TO = Setting.instant(
                    "to", "Only frames that were compressed before this time.")
            .optional();
    private static final Setting<Path> OUT = Setting.path("out", "Directory of the new head.");
    private static final Setting<String> NAME = Setting.text(
                    "name", "The head's name, as written in its classifications. Default: the name of its directory.")
            .optional();
    private static final Setting<Boolean> SEARCH = Setting.flag(
                    "search",
                    "Whether images are compressed with rate-distortion optimised quantisation, as the "
                            + "bundle's compressors do.")
            .withDefault("true");
    private static final Setting<Boolean> UNCOMPRESSED = Setting.flag(
                    "uncompressed", "Train on uncompressed features instead, for comparison.")
            .withDefault("false");
    private static final Setting<Integer> MIN_LABELS = Setting.integer(
                    "min.labels",
                    "Minimum number of labelled frames of a class; classes with fewer are left out.",
                    2,
                    1_000_000)
            .withDefault("10");
    private static final Setting<Double> VALIDATION = Setting.decimal(
                    "validation",
                    "Share of the labelled frames that is held out to decide when training stops.",
                    0.01,
                    0.5)
            .withDefault("0.2");
    private static final Setting<Boolean> BALANCED = Setting.flag(
                    "balanced", "Give every class the same weight, whatever its number of frames.")
            .withDefault("true");
    private static final Setting<Integer> EPOCHS = Setting.integer(
                    "epochs",
                    "Maximum number of epochs; training stops earlier when the validation loss no longer falls.",
                    1,
                    10_000)
            .withDefault("100");
    private static final Setting<Integer> SEED = Setting.integer(
                    "seed", "Seed of the validation split and of the order of the frames.", 0, Integer.MAX_VALUE)
            .withDefault("1");
    private static final Setting<Device> DEVICE = Setting.of(
                    "device",
                    "Device that runs the networks: auto uses CUDA if it works.",
                    "auto, cpu, cuda or cuda:n",
                    Device::parse)
            .withDefault("auto");

    private static final List<Setting<?>> TRAIN = settings();

    private HeadCommand() {}

    private static List<Setting<?>> settings() {
        var settings = new ArrayList<Setting<?>>(List.of(
                BUNDLE,
                FEATURES,
                LABELS,
                CLASSES,
                FROM,
                TO,
                OUT,
                NAME,
                SEARCH,
                UNCOMPRESSED,
                MIN_LABELS,
                VALIDATION,
                BALANCED,
                EPOCHS,
                SEED,
                DEVICE,
                StreamConfig.BOOTSTRAP_SERVERS));
        settings.addAll(SchemaSettings.SETTINGS);
        return List.copyOf(settings);
    }

    static CommandLine commandLine() {
        return CommandGroup.commandLine(
                "head",
                "Train or import further heads for a bundle's features, also long after its payloads were written.",
                AppCommand.commandLine(
                        "train",
                        "Train a head on labelled features decoded from payloads, and write its directory.",
                        TRAIN,
                        HeadCommand::train),
                new CommandLine(new HeadImportCommand()));
    }

    private static int train(ConfigSources layers) throws IOException, BundleException {
        Logging.setQuiet();
        SettingValues values = layers.read(TRAIN);
        Path out = values.get(OUT);
        HeadCreation.requireNoFiles(out);
        Bundle bundle = Bundle.load(values.get(BUNDLE));
        var options = new HeadFitOptions(
                values.get(SEED),
                values.get(VALIDATION),
                values.get(BALANCED),
                values.get(EPOCHS),
                values.get(MIN_LABELS));
        try (var progress = new HeadProgressLine(System.out, System.err)) {
            HeadData data = readFeatures(values, bundle, progress);
            var report = HeadCreation.run(bundle, name(values), data, options, out, progress);
            report.lines().forEach(progress::note);
            progress.note("written to " + out.resolve(Head.MANIFEST));
        }
        return ExitCode.OK;
    }

    private static String name(SettingValues values) {
        return values.find(NAME)
                .orElseGet(() -> String.valueOf(
                        values.get(OUT).toAbsolutePath().normalize().getFileName()));
    }

    private static HeadData readFeatures(SettingValues values, Bundle bundle, HeadProgressLine progress)
            throws IOException, BundleException {
        // Training features and test features may each take a fifth of the heap; the training itself needs far less.
        int length = bundle.manifest().featureShape().values();
        long room = Runtime.getRuntime().maxMemory() / 5 / ((long) Float.BYTES * length);
        int most = (int) Math.max(1, Math.min(room, Integer.MAX_VALUE / length));
        Path directory = Path.of(values.get(FEATURES));
        if (Files.isDirectory(directory)) {
            return ClassFolderFeatures.read(
                    bundle,
                    directory,
                    values.get(DEVICE),
                    values.get(SEARCH),
                    values.get(UNCOMPRESSED),
                    most,
                    progress);
        }
        var serdes = SchemaSettings.from(values).serdes();
        String topic = values.get(FEATURES);
        var labels = readLabels(values, serdes, new LabelFilter(name(values), classes(values)));
        progress.note(String.format(
                Locale.ROOT,
                "%,d labels of %d classes",
                labels.size(),
                labels.classes().size()));
        return TopicFeatures.read(
                createScan(values, topic, values.find(FROM), values.find(TO)),
                serdes.of(topic, CompactFeature.class),
                bundle,
                labels,
                values.get(DEVICE),
                most,
                values.get(SEED),
                progress);
    }

    private static Set<String> classes(SettingValues values) {
        Set<String> classes = new LinkedHashSet<>();
        for (String name : values.find(CLASSES).orElse("").split(",")) {
            if (!name.isBlank()) {
                classes.add(name.strip());
            }
        }
        return classes;
    }

    private static FrameLabels readLabels(SettingValues values, TopicSerdes serdes, LabelFilter filter)
            throws IOException {
        String labels = values.find(LABELS)
                .orElseThrow(() -> new CommandException("there is no directory " + values.get(FEATURES)
                        + ", and a topic needs --labels: a CSV file or a topic of labels"));
        if (Files.isRegularFile(Path.of(labels))) {
            return FrameLabels.ofFile(Path.of(labels), filter);
        }
        if (Files.isDirectory(Path.of(labels))) {
            return FrameLabels.ofFolders(Path.of(labels), filter);
        }
        if (labels.endsWith(".csv")) {
            throw new CommandException("there is no file " + labels);
        }
        return FrameLabels.ofTopic(
                createScan(values, labels, Optional.empty(), Optional.empty()), serdes.of(labels, Label.class), filter);
    }

    private static TopicScan createScan(
            SettingValues values, String topic, Optional<Instant> from, Optional<Instant> to) {
        String servers = values.get(StreamConfig.BOOTSTRAP_SERVERS);
        BrokerCheck.require(servers, values.kafka(), Map.of("topic", topic));
        return new TopicScan(servers, values.kafka(), topic, from, to);
    }
}
