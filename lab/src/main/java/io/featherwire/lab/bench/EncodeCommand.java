package io.featherwire.lab.bench;

import io.featherwire.cli.console.DownloadBar;
import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Logging;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.image.ImageDecoder;
import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.image.ImagePreprocessor;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.datasets.CacheDirectory;
import io.featherwire.datasets.Datasets;
import io.featherwire.datasets.Split;
import io.featherwire.evaluation.report.TextTable;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the CPU time of encoding a code to a payload and of decoding the payload, without the network. */
@Command(
        name = "encode",
        description =
                "Measure, on one core, the CPU time of three steps: the Fisher graph (weights of the errors), the choice"
                        + " of symbols with the entropy coder, and the decoding of payloads. The network does not run.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class EncodeCommand implements Callable<Integer> {

    private static final String CODE = "code";
    private static final String FEATURE = "feature";

    /** The quantile of the rounds' times that is reported besides the median. */
    private static final double FAST = 0.1;

    @Option(
            names = "--bundle",
            paramLabel = "DIR",
            required = true,
            description = "A bundle with entropy-coded payloads.")
    private Path bundle = Path.of("");

    @Option(
            names = "--data",
            paramLabel = "DATA",
            required = true,
            description = "cifar10, synthetic, or a directory of class folders, whose test images are encoded.")
    private String data = "";

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "320",
            description = "Number of images. Default: ${DEFAULT-VALUE}.")
    private int images;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "32",
            description = "Number of images in one run of the Fisher graph. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "40",
            description =
                    "Number of rounds over all images; the first quarter does not count. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (images < 1 || batch < 1 || batch > 4096 || rounds < 4) {
            throw new ParameterException(
                    spec.commandLine(), "--images must be at least 1, --batch in 1..4096, --rounds at least 4");
        }
        Logging.setQuiet();
        Bundle loaded = Bundle.load(bundle);
        if (loaded.manifest().defaultMode() != PayloadMode.ENTROPY) {
            throw new ParameterException(spec.commandLine(), "the payloads of " + bundle + " are not entropy-coded");
        }
        List<float[]> codes = new ArrayList<>();
        List<float[]> features = new ArrayList<>();
        extract(loaded, codes, features);
        List<EncodeBench.Cost> costs = new ArrayList<>();
        try (EncodeBench bench = EncodeBench.open(loaded, batch)) {
            for (int i = 0; i < rounds; i++) {
                EncodeBench.Cost cost = bench.runRound(codes, features);
                if (i >= rounds / 4) {
                    costs.add(cost);
                }
            }
        }
        TextTable table = new TextTable("µs per image", "Fisher graph", "symbols and coder", "encode", "decode");
        addRow(table, "fastest tenth of the rounds", costs, FAST);
        addRow(table, "median", costs, 0.5);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%d images of %s, bundle %s, %d of %d code values sent, mean payload %.1f B, CPU time of one thread, batches of %d%n%n",
                codes.size(),
                data,
                loaded,
                liveCoefficients(loaded),
                loaded.manifest().codeShape().values(),
                costs.get(0).bytes(),
                batch);
        out.println(table.toText());
        out.flush();
        return ExitCode.OK;
    }

    private static int liveCoefficients(Bundle bundle) {
        float[] steps = Objects.requireNonNull(bundle.manifest().quantisers().symbols(), "symbols")
                .step();
        int live = 0;
        for (float step : steps) {
            live += step > 0 ? 1 : 0;
        }
        return live * bundle.manifest().codeShape().plane();
    }

    private static void addRow(TextTable table, String name, List<EncodeBench.Cost> costs, double share) {
        table.addRow(
                name,
                quantile(costs, share, EncodeBench.Cost::fisher),
                quantile(costs, share, EncodeBench.Cost::symbols),
                quantile(costs, share, cost -> cost.fisher() + cost.symbols()),
                quantile(costs, share, EncodeBench.Cost::decode));
    }

    private static String quantile(
            List<EncodeBench.Cost> costs, double share, ToDoubleFunction<EncodeBench.Cost> part) {
        double[] sorted = costs.stream().mapToDouble(part).sorted().toArray();
        return String.format(Locale.ROOT, "%.1f", sorted[(int) (share * sorted.length)]);
    }

    /** Computes codes and features of the images with the bundle's network. */
    private void extract(Bundle loaded, List<float[]> codes, List<float[]> features) throws Exception {
        Split test = Datasets.open(data, CacheDirectory.locate(), new DownloadBar(System.err))
                .test();
        var input = loaded.manifest().input();
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, input.upright());
        ImagePreprocessor preprocessor = new ImagePreprocessor(input);
        Path graph = loaded.file(Objects.requireNonNull(
                loaded.manifest().models(loaded.manifest().defaultVariant()).compressor()));
        try (OnnxModel model = OnnxModel.open(graph, Device.CPU, OnnxOptions.threads(1))) {
            int count = Math.min(images, test.size());
            for (int i = 0; i < count; i++) {
                int at = (int) ((long) i * test.size() / count);
                float[] picture = decoder.decode(test.get(at).image(), preprocessor::preprocess);
                FloatBuffer row = ByteBuffer.allocateDirect(Float.BYTES * picture.length)
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer();
                Map<String, float[]> outputs = model.run(row.put(0, picture), 1, Set.of(CODE, FEATURE));
                codes.add(Objects.requireNonNull(outputs.get(CODE), CODE).clone());
                features.add(outputs.get(FEATURE));
            }
        }
    }
}
