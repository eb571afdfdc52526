package io.featherwire.cli.bench;

import io.featherwire.benchmarks.endtoend.BenchPlan;
import io.featherwire.benchmarks.endtoend.BenchReport;
import io.featherwire.benchmarks.endtoend.EndToEnd;
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

/** Measures the streams beside the bare runtime and beside what one would write by hand. */
@Command(
        name = "bench",
        description =
                "Measure, on this machine, the same frames through the bare runtime, a loop that also decodes, a consumer with"
                        + " a transactional producer, Kafka Streams a record at a time, and Featherwire.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {LifeCommand.class, ScaleCommand.class, RecordsCommand.class})
public final class BenchCommand implements Callable<Integer> {

    @Mixin
    private BenchInput input = new BenchInput();

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Frames of each row with Kafka. Default: ${DEFAULT-VALUE}.")
    private int frames = 20_000;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "32",
            description = "Frames in one run of the network. Default: ${DEFAULT-VALUE}.")
    private int batch = 32;

    @Option(
            names = "--linger",
            paramLabel = "MS",
            defaultValue = "20",
            description = "Longest wait for batch-mates, in milliseconds. Default: ${DEFAULT-VALUE}.")
    private int linger = 20;

    @Option(
            names = "--loop",
            paramLabel = "S",
            defaultValue = "10",
            description = "Seconds of each row without Kafka. Default: ${DEFAULT-VALUE}.")
    private int loop = 10;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the numbers as JSON.")
    private @Nullable Path json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Logging.quiet();
        if (frames < 100 || batch < 1 || batch > 4096 || linger < 0 || loop < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--frames must be at least 100, --batch in 1..4096, --linger not negative, --loop 1");
        }
        PrintWriter out = spec.commandLine().getOut();
        Path scratch = Files.createTempDirectory("featherwire-bench-");
        try {
            BenchPlan plan = new BenchPlan(
                    input.bundle(scratch),
                    input.images(),
                    frames,
                    Duration.ofSeconds(loop),
                    batch,
                    Duration.ofMillis(linger),
                    scratch);
            BenchReport report = EndToEnd.run(plan, line -> {
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
