package io.featherwire.lab.bench;

import io.featherwire.lab.endtoend.SoakTest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Measures the time from a start and from a kill -9 to the next classification, and whether memory use stays constant.
 */
@Command(
        name = "life",
        description =
                "Run both streams in separate JVMs. Measures the time to the first classification over three starts, the time to"
                        + " the next classification after three kills (-9) of each stream, and the resident memory over many frames.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LifecycleCommand implements Callable<Integer> {

    @Mixin
    private BenchInput input = new BenchInput();

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "200000",
            description = "Number of frames of the long run. Default: ${DEFAULT-VALUE}.")
    private int frames = 200_000;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        return input.run(spec, frames, SoakTest::run);
    }
}
