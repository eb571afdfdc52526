package io.featherwire.cli;

import io.featherwire.cli.console.DownloadBar;
import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Logging;
import io.featherwire.cli.console.ProgressLine;
import io.featherwire.cli.console.Verbosity;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.onnx.Device;
import io.featherwire.datasets.BadImage;
import io.featherwire.datasets.CacheDirectory;
import io.featherwire.datasets.Dataset;
import io.featherwire.datasets.DatasetException;
import io.featherwire.datasets.Datasets;
import io.featherwire.evaluation.CurveOptions;
import io.featherwire.evaluation.Evaluation;
import io.featherwire.evaluation.EvaluationData;
import io.featherwire.evaluation.EvaluationException;
import io.featherwire.evaluation.EvaluationListener;
import io.featherwire.evaluation.EvaluationOptions;
import io.featherwire.evaluation.EvaluationResult;
import io.featherwire.evaluation.report.ConsoleReport;
import io.featherwire.evaluation.report.JsonReport;
import io.featherwire.evaluation.report.ReportFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Evaluates a bundle offline, with the same code as the streams. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Evaluate a bundle on a data set's test images, without Kafka: accuracy per class "
                + "without and with compression, bytes per image, agreement. With --utility: accuracy "
                + "of new heads and of similarity search on payloads, compared with other codecs at the "
                + "same number of bytes.")
final class EvaluateCommand implements Callable<Integer> {

    /** The split of a data set on which the bundle is evaluated. */
    private enum Part {
        test,
        validation
    }

    @Option(names = "--bundle", paramLabel = "DIR", description = "The bundle.")
    private @Nullable Path bundle;

    @Option(
            names = "--data",
            paramLabel = "DATA",
            description = "cifar10, synthetic[:fog|:night|:camera], or a directory of class folders.")
    private @Nullable String data;

    @ArgGroup(exclusive = false, heading = "%nUtility of features:%n")
    private @Nullable UtilityArguments utility;

    @Option(
            names = "--split",
            paramLabel = "PART",
            defaultValue = "test",
            description = "test, or validation: training images that the bundle's training held out, for "
                    + "choices that must not use the test images. Default: ${DEFAULT-VALUE}.")
    private Part split = Part.test;

    @Option(
            names = "--skip-bad",
            description = "Skip images that cannot be decoded, and class folders that cannot be read or are "
                    + "empty. Without this flag the command lists them and stops.")
    private boolean skipBad;

    @Option(names = "--images", paramLabel = "N", description = "Evaluate only the first N images.")
    private @Nullable Integer images;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            description = "Precision of the graphs, such as fp32 or int8. Default: that of the bundle.")
    private @Nullable String precision;

    @Option(names = "--all-modes", description = "Evaluate every payload mode of the bundle.")
    private boolean allModes;

    @Option(names = "--curve", description = "Also draw the rate-accuracy curve, with JPEG and PNG for comparison.")
    private boolean curve;

    @Option(
            names = "--compare",
            paramLabel = "DIR",
            split = ",",
            description = "Also draw the curves of these bundles, on the same images.")
    private List<Path> compared = List.of();

    @Option(names = "--curve-images", paramLabel = "N", description = "Number of images for each point of the curve.")
    private @Nullable Integer curveImages;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "auto",
            description = "auto, cpu, cuda or cuda:n. Default: ${DEFAULT-VALUE}.")
    private String device = "auto";

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "32",
            description = "Maximum number of images in one run of the network. Default: ${DEFAULT-VALUE}.")
    private int batch = 32;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the numbers as JSON.")
    private @Nullable Path json;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Also write a page with charts (Markdown, PNG, JSON).")
    private @Nullable Path report;

    @Mixin
    @SuppressWarnings("UnusedVariable") // its options act while they are parsed
    private Verbosity verbosity = new Verbosity();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Logging.setQuiet();
        if (utility != null) {
            return utility.run(bundle, data, report, json, spec);
        }
        if (bundle == null || data == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--bundle and --data are missing: the bundle to evaluate, and the images to evaluate it on");
        }
        if (report != null) {
            // Checked before the evaluation, so that a directory that cannot be created is reported at once.
            Files.createDirectories(report);
        }
        Dataset dataset = Datasets.open(data, CacheDirectory.locate(), new DownloadBar(System.err), skipBad);
        dataset.remarks().forEach(spec.commandLine().getErr()::println);
        Bundle judged = Bundle.load(bundle);
        EvaluationData all = split == Part.test
                ? EvaluationData.test(dataset)
                : EvaluationData.validation(dataset, judged.manifest());
        EvaluationData used = images == null ? all : all.first(images);
        List<BadImage> bad = BadImage.findIn(used.images());
        if (!bad.isEmpty() && !skipBad) {
            throw new DatasetException(BadImage.message(used.dataset(), bad));
        }
        bad.forEach(image -> spec.commandLine().getErr().println("left out: " + image));
        EvaluationResult result = withComparison(Evaluation.run(judged, used, options(), createListener()), used);
        spec.commandLine().getOut().print(ConsoleReport.toText(result));
        spec.commandLine().getOut().flush();
        write(result);
        return ExitCode.OK;
    }

    private EvaluationResult withComparison(EvaluationResult result, EvaluationData data)
            throws BundleException, EvaluationException, IOException {
        if (compared.isEmpty() || result.curve() == null) {
            return result;
        }
        List<Bundle> others = new ArrayList<>();
        for (Path other : compared) {
            others.add(Bundle.load(other));
        }
        EvaluationOptions modest = options().withCurve(null);
        return result.withComparison(
                Evaluation.run(others, data.first(result.curve().images()), modest, createListener()));
    }

    private EvaluationOptions options() {
        if (!compared.isEmpty() && !curve) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--compare adds the curves of other bundles to the rate-accuracy curve: give --curve, too");
        }
        try {
            EvaluationOptions options = EvaluationOptions.DEFAULT
                    .withDevice(Device.parse(device))
                    .withBatch(batch)
                    .withVariant(precision);
            if (curve) {
                CurveOptions wanted = CurveOptions.DEFAULT;
                options = options.withCurve(curveImages == null ? wanted : wanted.withImages(curveImages));
            }
            return allModes ? options.withAllModes() : options;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void write(EvaluationResult result) throws IOException {
        if (json != null) {
            Files.writeString(json, JsonReport.toJson(result));
        }
        if (report != null) {
            spec.commandLine().getOut().println("report: " + ReportFiles.write(report, result));
        }
    }

    private static EvaluationListener createListener() {
        return new EvaluationListener() {
            private @Nullable ProgressLine line;
            private int done;

            @Override
            public void onStage(String name, int images) {
                close();
                line = new ProgressLine(System.err, name, images);
                done = 0;
            }

            @Override
            public void onImages(int images) {
                done += images;
                if (line != null) {
                    line.show(done, "");
                    if (done >= line.total()) {
                        close();
                    }
                }
            }

            private void close() {
                if (line != null) {
                    line.close();
                    line = null;
                }
            }
        };
    }
}
