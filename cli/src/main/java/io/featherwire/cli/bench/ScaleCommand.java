package io.featherwire.cli.bench;

import io.featherwire.benchmarks.endtoend.BenchPlan;
import io.featherwire.benchmarks.endtoend.Scale;
import io.featherwire.benchmarks.endtoend.ScaleReport;
import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Logging;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what more instances bring. */
@Command(
        name = "scale",
        description =
                "The same frames through one compressor, then two, and so on, each in a JVM of its own with one thread for its"
                        + " network. More instances than cores bring nothing.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ScaleCommand implements Callable<Integer> {

    @Mixin
    private BenchInput input = new BenchInput();

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Frames of each step. Default: ${DEFAULT-VALUE}.")
    private int frames = 20_000;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "32",
            description = "Frames in one run of the network. Default: ${DEFAULT-VALUE}.")
    private int batch = 32;

    @Option(
            names = "--instances",
            paramLabel = "N",
            defaultValue = "2",
            description = "Instances at last, at most 8. Default: ${DEFAULT-VALUE}.")
    private int instances = 2;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the numbers as JSON.")
    private @Nullable Path json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Logging.quiet();
        if (frames < 100 || batch < 1 || batch > 4096 || instances < 1 || instances > 8) {
            throw new ParameterException(
                    spec.commandLine(), "--frames must be at least 100, --batch in 1..4096, --instances in 1..8");
        }
        PrintWriter out = spec.commandLine().getOut();
        Path scratch = Files.createTempDirectory("featherwire-bench-");
        try {
            BenchPlan plan = new BenchPlan(
                    input.bundle(scratch),
                    input.images(),
                    frames,
                    Duration.ZERO,
                    batch,
                    Duration.ofMillis(20),
                    scratch);
            ScaleReport report = Scale.run(plan, instances, line -> {
                out.println(line);
                out.flush();
            });
            out.println();
            report.lines().forEach(out::println);
            out.flush();
            if (json != null) {
                Files.writeString(json, report.json());
            }
        } finally {
            BenchInput.delete(scratch);
        }
        return ExitCode.OK;
    }
}
