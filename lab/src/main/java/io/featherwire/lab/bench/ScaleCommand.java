package io.featherwire.lab.bench;

import io.featherwire.lab.endtoend.ScaleOut;
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
            names = "--instances",
            paramLabel = "N",
            defaultValue = "2",
            description = "Instances at last, at most 8. Default: ${DEFAULT-VALUE}.")
    private int instances = 2;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (instances < 1 || instances > 8) {
            throw new ParameterException(spec.commandLine(), "--instances must be in 1..8");
        }
        return input.run(spec, frames, (plan, progress) -> ScaleOut.run(plan, instances, progress));
    }
}
