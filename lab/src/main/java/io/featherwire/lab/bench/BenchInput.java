package io.featherwire.lab.bench;

import io.featherwire.cli.cds.TrivialBundle;
import io.featherwire.cli.console.DownloadBar;
import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Logging;
import io.featherwire.cli.console.TemporaryDirectory;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.datasets.CacheDirectory;
import io.featherwire.datasets.Datasets;
import io.featherwire.datasets.Split;
import io.featherwire.lab.endtoend.BenchPlan;
import io.featherwire.lab.endtoend.MachineReport;
import io.featherwire.lab.harness.FrameSender;
import io.featherwire.lab.harness.TrivialImages;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The common options of the stream benchmarks: bundle, images, batch size and output format. */
final class BenchInput {

    /** Runs a measurement and reports its progress. */
    @FunctionalInterface
    interface Benchmark {
        MachineReport run(BenchPlan plan, Consumer<String> progress) throws Exception;
    }

    private static final int MOST_IMAGES = 2_000;

    @Option(
            names = "--bundle",
            paramLabel = "DIR",
            description =
                    "The bundle. Default: trivial networks, so that only the cost of the streams and of Kafka is measured.")
    private @Nullable Path bundle;

    @Option(
            names = "--data",
            paramLabel = "DATA",
            defaultValue = "synthetic",
            description =
                    "With --bundle: cifar10, synthetic, or a directory of class folders. Default: ${DEFAULT-VALUE}.")
    private String data = "synthetic";

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "32",
            description = "Number of frames in one run of the network. Default: ${DEFAULT-VALUE}.")
    private int batch = 32;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the numbers as JSON.")
    private @Nullable Path json;

    /** Runs a benchmark in a temporary directory and prints its numbers. */
    int run(CommandSpec spec, int frames, Benchmark benchmark) throws Exception {
        Logging.setQuiet();
        if (frames < 100 || batch < 1 || batch > 4096) {
            throw new ParameterException(spec.commandLine(), "--frames must be at least 100, --batch in 1..4096");
        }
        PrintWriter out = spec.commandLine().getOut();
        try (TemporaryDirectory scratch = TemporaryDirectory.create("bench")) {
            Path directory = scratch.directory();
            BenchPlan plan = new BenchPlan(bundle(directory), images(), frames, batch, directory);
            MachineReport report = benchmark.run(plan, line -> {
                out.println(line);
                out.flush();
            });
            out.println();
            report.lines().forEach(out::println);
            out.flush();
            if (json != null) {
                Files.writeString(json, report.json());
            }
        }
        return ExitCode.OK;
    }

    /** The directory of the bundle. Without the option, writes the trivial bundle into the temporary directory. */
    private Path bundle(Path scratch) throws IOException {
        return bundle == null ? TrivialBundle.write(scratch.resolve("bundle")) : bundle;
    }

    private List<EncodedImage> images() throws IOException {
        List<EncodedImage> images = new ArrayList<>();
        if (bundle == null) {
            for (int n = 0; n < 100; n++) {
                FrameSender.Image image = TrivialImages.image(n);
                images.add(new EncodedImage(ImageEncoding.RGB8, image.width(), image.height(), image.bytes()));
            }
            return images;
        }
        Split test = Datasets.open(data, CacheDirectory.locate(), new DownloadBar(System.err))
                .test();
        for (int i = 0; i < Math.min(MOST_IMAGES, test.size()); i++) {
            images.add(test.get(i).image());
        }
        return images;
    }
}
