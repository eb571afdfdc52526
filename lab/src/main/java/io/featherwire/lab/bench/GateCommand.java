package io.featherwire.lab.bench;

import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Logging;
import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.evaluation.report.TextTable;
import io.featherwire.producer.EdgeGate;
import io.featherwire.runtime.GateSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how many frames of a camera the gate of a device saves, and how many predictions stay the same. */
@Command(
        name = "gate",
        description =
                "Process the frames of a video with and without the gate of a device, on one core. Prints the share of saved frames,"
                        + " the share of equal predictions and frames per second.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class GateCommand implements Callable<Integer> {

    /** The standard normal quantile of a 95 % interval. */
    private static final double Z = 1.96;

    @Option(names = "--bundle", paramLabel = "DIR", required = true, description = "The bundle of the device.")
    private Path bundle = Path.of("");

    @Option(
            names = "--video",
            paramLabel = "FILE",
            required = true,
            description = "A video file, which ffmpeg reads, or a directory of JPEG files, sorted by name.")
    private Path video = Path.of("");

    @Option(
            names = "--gate",
            paramLabel = "LEVELS",
            split = ",",
            defaultValue = "4",
            description =
                    "Values of the setting gate (largest difference) to measure, separated by commas. Default: ${DEFAULT-VALUE}.")
    private List<Double> levels = List.of();

    @Option(
            names = "--audit",
            paramLabel = "SHARE",
            defaultValue = "0.02",
            description = "The setting gate.audit. Default: ${DEFAULT-VALUE}.")
    private double audit;

    @Option(
            names = "--agreement",
            paramLabel = "SHARE",
            defaultValue = "0.99",
            description = "The setting gate.agreement. Default: ${DEFAULT-VALUE}.")
    private double agreement;

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Maximum number of frames of the video. Default: ${DEFAULT-VALUE}.")
    private int frames;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (frames < 1 || levels.stream().anyMatch(level -> !(level > 0 && level <= 64))) {
            throw new ParameterException(
                    spec.commandLine(), "--frames must be at least 1, --gate above 0 and at most 64");
        }
        Logging.setQuiet();
        PrintWriter out = spec.commandLine().getOut();
        List<EncodedImage> images = VideoFrames.read(video, frames);
        Bundle loaded = Bundle.load(bundle);
        OnnxOptions oneThread = OnnxOptions.threads(1);
        try (var compressor = FeatureCompressor.open(
                        loaded,
                        Device.CPU,
                        FeatureCompressor.Options.DEFAULT.withMaxBatch(1).withOnnx(oneThread));
                var classifier = openClassifier(loaded, oneThread)) {
            var bench = new GateBench(compressor, classifier, images);
            // Only the second run counts, because the first one loads and compiles classes.
            bench.withoutGate();
            GateBench.Result plain = bench.withoutGate();
            TextTable table = new TextTable(
                    "gate", "saved", "agreement", "95 % interval", "by audits", "bound", "frames/s", "closes");
            table.addRow("off", "", "", "", "", "", perSecond(plain), "");
            for (double level : levels) {
                addRow(table, level, plain, run(bench, level, loaded, oneThread));
            }
            out.printf(
                    Locale.ROOT,
                    "%d frames of %s, bundle %s, CPU time of one thread. Agreement: share of frames with the prediction that they"
                            + "%nhave without the gate. By audits: the gate's own estimate, and its lower 95 %% bound.%n%n",
                    images.size(),
                    video.getFileName(),
                    loaded);
            out.println(table.toText());
            out.flush();
        }
        return ExitCode.OK;
    }

    private static PayloadClassifier openClassifier(Bundle loaded, OnnxOptions threads) throws Exception {
        return PayloadClassifier.open(
                loaded,
                Device.CPU,
                PayloadClassifier.Options.DEFAULT.withMaxBatch(1).withOnnx(threads));
    }

    private GateBench.Result run(GateBench bench, double level, Bundle loaded, OnnxOptions threads) throws Exception {
        var settings = new GateSettings(level, audit, agreement, 250);
        var meters = new SimpleMeterRegistry();
        try (var gate = new EdgeGate(settings, openClassifier(loaded, threads), meters)) {
            return bench.withGate(gate, meters);
        }
    }

    private static void addRow(TextTable table, double level, GateBench.Result plain, GateBench.Result gated) {
        int all = plain.predictions().length;
        int same = 0;
        for (int i = 0; i < all; i++) {
            same += plain.predictions()[i] == gated.predictions()[i] ? 1 : 0;
        }
        List<String> cells = new ArrayList<>();
        cells.add(String.format(Locale.ROOT, "%.1f", level));
        cells.add(formatPercent((double) gated.repeats() / all));
        cells.add(formatPercent((double) same / all));
        cells.add(interval(same, all));
        cells.add(formatPercent(gated.estimated()));
        cells.add(formatPercent(gated.low()));
        cells.add(perSecond(gated));
        cells.add(gated.closedAt() < 0 ? "no" : "at frame " + gated.closedAt());
        table.addRow(cells.toArray(String[]::new));
    }

    private static String perSecond(GateBench.Result result) {
        return String.format(Locale.ROOT, "%.0f", 1e9 * result.predictions().length / result.nanos());
    }

    private static String formatPercent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** Wilson's 95 % score interval. */
    private static String interval(int same, int all) {
        double p = (double) same / all;
        double middle = p + Z * Z / (2 * all);
        double half = Z * Math.sqrt(p * (1 - p) / all + Z * Z / (4.0 * all * all));
        double scale = 1 + Z * Z / all;
        return formatPercent((middle - half) / scale) + " to " + formatPercent((middle + half) / scale);
    }
}
