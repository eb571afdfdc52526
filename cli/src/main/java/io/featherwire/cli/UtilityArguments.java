package io.featherwire.cli;

import io.featherwire.cli.console.ExitCode;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.datasets.CacheDirectory;
import io.featherwire.evaluation.EvaluationException;
import io.featherwire.evaluation.report.UtilityJson;
import io.featherwire.evaluation.report.UtilityPage;
import io.featherwire.evaluation.utility.BundleFeatures;
import io.featherwire.evaluation.utility.ClassSplit;
import io.featherwire.evaluation.utility.ExternalFeatures;
import io.featherwire.evaluation.utility.FeatureFiles;
import io.featherwire.evaluation.utility.UtilityOptions;
import io.featherwire.evaluation.utility.UtilityResult;
import io.featherwire.evaluation.utility.UtilityRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The arguments of {@code evaluate --utility}; runs the measurement that they describe. */
final class UtilityArguments {

    @Option(
            names = "--utility",
            required = true,
            description = "Measure the utility of features: fit codecs on images of some classes, then train heads and "
                    + "search on images of other classes. Needs --bundle and --data DIR (train/<class>/ and "
                    + "test/<class>/), or --bundle and --from-topic, or --features.")
    @SuppressWarnings("UnusedVariable") // picocli requires it of the group
    private boolean wanted;

    @Option(
            names = "--features",
            paramLabel = "DIR",
            description =
                    "Features that were computed elsewhere: train.npy and test.npy, float32 [images, values], with the classes of"
                            + " the rows in train.txt and test.txt.")
    private @Nullable Path features;

    @Option(
            names = "--class-lists",
            paramLabel = "FILE",
            description = "JSON file: classes of the codec and of the heads, counts, seeds. Default: the lists "
                    + "for CIFAR-100 and Tiny-ImageNet, else the codec takes the first 60 %% of the classes "
                    + "by name.")
    private @Nullable Path classLists;

    @Option(
            names = "--rates",
            paramLabel = "BYTES",
            split = ",",
            description = "Mean bytes at which codecs are fitted and compared. Default: 32,64,128,190.")
    private List<Integer> rates = List.of();

    @Option(
            names = "--thumbnails",
            paramLabel = "EDGE:QUALITY",
            split = ",",
            description = "Baseline of thumbnails classified by the same network: JPEG as EDGE:QUALITY, WebP as "
                    + "webp:EDGE:QUALITY, or none. Default: 16:30,32:10,webp:16:1,webp:16:60,webp:32:20.")
    private List<String> thumbnails = List.of();

    @Option(names = "--images-per-class", paramLabel = "N", description = "Use only the first N images of each class.")
    private int most;

    @Option(
            names = "--folds",
            paramLabel = "N",
            description =
                    "Number of parts for cross-validation: all images of train and test are divided into N parts, "
                            + "and each part is tested by a head that is trained on the other parts. Default: 1, heads are "
                            + "trained on train and tested on test.")
    private int folds = 1;

    @Option(
            names = "--codings",
            paramLabel = "NAME",
            split = ",",
            description = "Measure only codings whose names begin with one of these texts, such as "
                    + "featherwire,klt-static,product, or none besides float features. Default: all codings.")
    private List<String> codings = List.of();

    @Option(
            names = "--all-classes",
            description =
                    "Also train a head of all classes on uncompressed features, and test it on payloads from a few "
                            + "bytes upwards.")
    private boolean allClasses;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description =
                    "Directory of computed features and measured rows, from which an interrupted run continues. Default: the cache directory.")
    private @Nullable Path cache;

    @ArgGroup(exclusive = false)
    private LabelledFeatureTopics topic = new LabelledFeatureTopics();

    int run(@Nullable Path bundle, @Nullable String data, @Nullable Path report, @Nullable Path json, CommandSpec spec)
            throws IOException, BundleException, EvaluationException {
        UtilityOptions options = options(spec);
        if (report != null) {
            Files.createDirectories(report);
        }
        ClassSplit lists = classLists == null ? null : ClassSplit.read(classLists);
        Path kept = cache == null ? CacheDirectory.locate().resolve("features") : cache;
        UtilityRun.Report written = soFar -> write(soFar, report, json);
        UtilityResult result;
        try (BundlerProgress progress = new BundlerProgress(spec.commandLine().getErr())) {
            UtilityRun run = new UtilityRun(kept, written, progress);
            if (features != null) {
                result = FeatureFiles.measure(features, lists, options, run);
            } else if (bundle != null && topic.isRequested()) {
                TensorShape shape = Bundle.load(bundle).manifest().featureShape();
                result = ExternalFeatures.measure(topic.read(bundle, progress), shape, lists, options, run);
            } else if (bundle != null && data != null) {
                try (BundleFeatures network = BundleFeatures.open(Bundle.load(bundle), kept, progress)) {
                    result = network.measure(Path.of(data), lists, options, written);
                }
            } else {
                throw new ParameterException(
                        spec.commandLine(),
                        "--utility lacks its features: give --bundle and --data, --bundle and --from-topic, or --features");
            }
        }
        spec.commandLine().getOut().print(UtilityPage.table(result));
        spec.commandLine().getOut().flush();
        if (report != null) {
            spec.commandLine().getOut().println("report: " + UtilityPage.pageFile(report));
        }
        return ExitCode.OK;
    }

    private static void write(UtilityResult result, @Nullable Path report, @Nullable Path json) throws IOException {
        if (json != null) {
            Files.writeString(json, UtilityJson.toJson(result));
        }
        if (report != null) {
            UtilityPage.write(report, result);
        }
    }

    private UtilityOptions options(CommandSpec spec) {
        UtilityOptions usual = UtilityOptions.DEFAULT;
        try {
            return new UtilityOptions(
                    rates.isEmpty()
                            ? usual.rates()
                            : rates.stream().distinct().sorted().toList(),
                    thumbnails.isEmpty()
                            ? usual.thumbnails()
                            : thumbnails.equals(List.of("none"))
                                    ? List.of()
                                    : thumbnails.stream()
                                            .map(UtilityOptions.Thumbnail::parse)
                                            .toList(),
                    most,
                    folds,
                    codings,
                    allClasses);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
