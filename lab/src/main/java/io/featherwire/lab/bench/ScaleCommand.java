package io.featherwire.lab.bench;

import io.featherwire.lab.endtoend.ScaleOutBenchmark;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the throughput by number of instances. */
@Command(
        name = "scale",
        description =
                "Measure the throughput of the same frames with one compressor, then two, and so on. Each compressor runs in a"
                        + " separate JVM with one inference thread. More instances than cores do not help.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ScaleCommand implements Callable<Integer> {

    @Mixin
    private BenchInput input = new BenchInput();

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Number of frames of each step. Default: ${DEFAULT-VALUE}.")
    private int frames = 20_000;

    @Option(
            names = "--instances",
            paramLabel = "N",
            defaultValue = "2",
            description = "Maximum number of instances, at most 8. Default: ${DEFAULT-VALUE}.")
    private int instances = 2;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (instances < 1 || instances > 8) {
            throw new ParameterException(spec.commandLine(), "--instances must be in 1..8");
        }
        return input.run(spec, frames, (plan, progress) -> ScaleOutBenchmark.run(plan, instances, progress));
    }
}
