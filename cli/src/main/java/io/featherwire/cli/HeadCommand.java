package io.featherwire.cli;

import io.featherwire.bundler.head.FitOptions;
import io.featherwire.bundler.head.FolderFeatures;
import io.featherwire.bundler.head.HeadCreation;
import io.featherwire.bundler.head.HeadData;
import io.featherwire.cli.console.CommandException;
import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Logging;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.onnx.Device;
import io.featherwire.runtime.config.Layers;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.Values;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;

/** Trains further heads for a bundle. */
final class HeadCommand {

    private static final Setting<Path> BUNDLE = Setting.path("bundle", "The bundle that payloads are made with.");
    private static final Setting<String> FEATURES =
            Setting.text("features", "A directory of class folders: each image becomes a payload and a feature again.");
    private static final Setting<Path> OUT = Setting.path("out", "Directory of the new head.");
    private static final Setting<String> NAME = Setting.text(
                    "name", "The head's name, which its classifications bear. Left out: that of its directory.")
            .optional();
    private static final Setting<Boolean> SEARCH = Setting.flag(
                    "search",
                    "Whether images become payloads as the bundle's compressors make them, with symbols that keep the answer of its"
                            + " own head.")
            .withDefault("true");
    private static final Setting<Boolean> UNCOMPRESSED = Setting.flag(
                    "uncompressed", "Take the network's own features of the images instead, for comparison.")
            .withDefault("false");
    private static final Setting<Integer> MIN_LABELS = Setting.integer(
                    "min.labels", "Classes with fewer labelled frames are left out.", 2, 1_000_000)
            .withDefault("10");
    private static final Setting<Double> VALIDATION = Setting.decimal(
                    "validation", "Share of the labelled frames that decides when to stop.", 0.01, 0.5)
            .withDefault("0.2");
    private static final Setting<Boolean> BALANCED = Setting.flag(
                    "balanced", "Whether every class weighs the same, however many frames it has.")
            .withDefault("true");
    private static final Setting<Integer> EPOCHS = Setting.integer(
                    "epochs", "Most passes over the features; it stops sooner where nothing gets better.", 1, 10_000)
            .withDefault("60");
    private static final Setting<Integer> SEED =
            Setting.integer("seed", "Of the split and the order.", 0, Integer.MAX_VALUE).withDefault("1");
    private static final Setting<Device> DEVICE = Setting.of(
                    "device",
                    "Where the networks run; auto takes CUDA where it works.",
                    "auto, cpu, cuda or cuda:n",
                    Device::parse)
            .withDefault("auto");

    private static final List<Setting<?>> TRAIN = List.of(
            BUNDLE,
            FEATURES,
            OUT,
            NAME,
            SEARCH,
            UNCOMPRESSED,
            MIN_LABELS,
            VALIDATION,
            BALANCED,
            EPOCHS,
            SEED,
            DEVICE);

    private HeadCommand() {}

    static CommandLine commandLine() {
        return Groups.of(
                "head",
                "Train further heads on the features of a bundle, long after its payloads were made.",
                AppCommand.of(
                        "train",
                        "Fit a head to labelled features that come out of payloads, and write its directory.",
                        TRAIN,
                        HeadCommand::train));
    }

    private static int train(Layers layers) throws IOException, BundleException {
        Logging.quiet();
        Values values = layers.read(TRAIN);
        Path out = values.get(OUT);
        HeadCreation.checkOut(out);
        Bundle bundle = Bundle.load(values.get(BUNDLE));
        var options = new FitOptions(
                values.get(SEED),
                values.get(VALIDATION),
                values.get(BALANCED),
                values.get(EPOCHS),
                values.get(MIN_LABELS));
        try (var progress = new HeadProgressLine(System.out, System.err)) {
            HeadData data = data(values, bundle, progress);
            var report = HeadCreation.run(bundle, name(values), data, options, out, progress);
            progress.close();
            report.lines().forEach(System.out::println);
            System.out.printf(Locale.ROOT, "written to %s%n", out.resolve(Head.MANIFEST));
        }
        return ExitCode.OK;
    }

    private static String name(Values values) {
        return values.find(NAME)
                .orElseGet(() -> String.valueOf(
                        values.get(OUT).toAbsolutePath().normalize().getFileName()));
    }

    private static HeadData data(Values values, Bundle bundle, HeadProgressLine progress)
            throws IOException, BundleException {
        Path directory = Path.of(values.get(FEATURES));
        if (!Files.isDirectory(directory)) {
            throw new CommandException("there is no directory " + directory + ": give --features a directory of class folders");
        }
        // A third of the heap holds the features; what fits to them needs far less.
        int length = bundle.manifest().featureShape().values();
        long most = Runtime.getRuntime().maxMemory() / 3 / ((long) Float.BYTES * length);
        most = Math.min(most, Integer.MAX_VALUE / length);
        return FolderFeatures.read(
                bundle,
                directory,
                values.get(DEVICE),
                values.get(SEARCH),
                values.get(UNCOMPRESSED),
                (int) Math.max(1, most),
                progress);
    }
}
