package io.featherwire.lab.bench;

import io.featherwire.codec.onnx.Device;
import io.featherwire.lab.endtoend.EndToEndBenchmark;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the streams in comparison with ONNX Runtime alone and with hand-written consumers and producers. */
@Command(
        name = "bench",
        description =
                "Measure the throughput and latency of the same frames on this machine: with ONNX Runtime alone, a loop that also"
                        + " decodes images, a consumer with a transactional producer, Kafka Streams one record at a time, and Featherwire.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {
            LifecycleCommand.class,
            ScaleCommand.class,
            RecordsCommand.class,
            GateCommand.class,
            EncodeCommand.class
        })
public final class BenchCommand implements Callable<Integer> {

    @Mixin
    private BenchInput input = new BenchInput();

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Number of frames for each measurement that uses Kafka. Default: ${DEFAULT-VALUE}.")
    private int frames = 20_000;

    @Option(
            names = "--device",
            paramLabel = "cpu|cuda|cuda:n",
            defaultValue = "cpu",
            description = "Device of the networks, in every row. Default: ${DEFAULT-VALUE}.")
    private String device = "cpu";

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            description = "Precision of the graphs, such as fp32 or int8. Default: that of the bundle.")
    private @Nullable String precision;

    @Option(
            names = "--network-runs",
            paramLabel = "N",
            description =
                    "Number of concurrent inference runs in Featherwire's compressor. Default: chosen by the device.")
    private @Nullable Integer networkRuns;

    @Option(
            names = "--linger",
            paramLabel = "MS",
            defaultValue = "20",
            description = "Linger of the micro-batches, in milliseconds. Default: ${DEFAULT-VALUE}.")
    private int linger = 20;

    @Option(
            names = "--commit-interval",
            paramLabel = "MS",
            defaultValue = "250",
            description = "Commit interval of the streams, in milliseconds. Default: ${DEFAULT-VALUE}.")
    private int commitInterval = 250;

    @Option(
            names = "--loop",
            paramLabel = "S",
            defaultValue = "10",
            description = "Duration of each row without Kafka, in seconds. Default: ${DEFAULT-VALUE}.")
    private int loop = 10;

    @Option(
            names = "--beside",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Measure the streams once more beside N processes that each keep a core busy. Default: ${DEFAULT-VALUE}.")
    private int beside;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (linger < 0 || commitInterval < 1 || loop < 1 || beside < 0 || (networkRuns != null && networkRuns < 1)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--linger and --beside must not be negative, --commit-interval, --loop and --network-runs at least 1");
        }
        return input.run(
                spec,
                frames,
                (plan, progress) -> EndToEndBenchmark.run(
                        plan.withDevice(Device.parse(device))
                                .withPrecision(precision)
                                .withNetworkRuns(networkRuns)
                                .withLinger(Duration.ofMillis(linger))
                                .withCommitInterval(Duration.ofMillis(commitInterval))
                                .withLoopTime(Duration.ofSeconds(loop))
                                .withBusyProcesses(beside),
                        progress));
    }
}
