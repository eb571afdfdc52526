package io.featherwire.cli.bench;

import io.featherwire.benchmarks.endtoend.BenchPlan;
import io.featherwire.benchmarks.endtoend.Life;
import io.featherwire.benchmarks.endtoend.LifeReport;
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

/** Measures how soon the streams classify after their start, and whether their memory stays flat. */
@Command(
        name = "life",
        description =
                "Starts both streams in JVMs of their own: three times to see how soon they classify the first of the frames"
                        + " that wait for them, then once to see their resident memory over many frames.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LifeCommand implements Callable<Integer> {

    @Mixin
    private BenchInput input = new BenchInput();

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "200000",
            description = "Frames of the long run. Default: ${DEFAULT-VALUE}.")
    private int frames = 200_000;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "32",
            description = "Frames in one run of the network. Default: ${DEFAULT-VALUE}.")
    private int batch = 32;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the numbers as JSON.")
    private @Nullable Path json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Logging.quiet();
        if (frames < 100 || batch < 1 || batch > 4096) {
            throw new ParameterException(spec.commandLine(), "--frames must be at least 100, --batch in 1..4096");
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
            LifeReport report = Life.run(plan, line -> {
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
