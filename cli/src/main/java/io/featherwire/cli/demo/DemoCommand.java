package io.featherwire.cli.demo;

import io.featherwire.cli.console.DownloadBar;
import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Logging;
import io.featherwire.cli.console.Verbosity;
import io.featherwire.datasets.CacheDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the whole pipeline on this machine and prints its results. */
@Command(
        name = "demo",
        description = {
            "Run everything in one process, without any set-up: a Kafka broker, the producer, the "
                    + "compressor and the classifier; then print a table of the results.",
            ""
        },
        mixinStandardHelpOptions = true,
        footer = "Exit code 0 only if every frame was classified or dead-lettered.")
public final class DemoCommand implements Callable<Integer> {

    private static final int DASHBOARD_PORT = 8080;

    @Option(
            names = "--data",
            paramLabel = "DATA",
            description = "cifar10, synthetic[:fog|:night|:camera], or a directory of images. Default: "
                    + "CIFAR-10 if it is cached or can be downloaded quickly, else synthetic.")
    private @Nullable String data;

    @Option(
            names = "--skip-bad",
            description = "When a bundle is trained, skip images of --data that cannot be decoded. Without this "
                    + "flag the command lists them and stops.")
    private boolean skipBad;

    @Option(
            names = "--bundle",
            paramLabel = "DIR",
            description = "The bundle to use. Default: the reference bundle for CIFAR-10, else a small bundle that is "
                    + "trained once and kept in the cache directory.")
    private @Nullable Path bundle;

    @Option(names = "--frames", paramLabel = "N", description = "Frames to send. Default: ${DEFAULT-VALUE}.")
    private int frames = 2000;

    @Option(
            names = "--rate",
            paramLabel = "R",
            description = "Frames a second, or max for no limit (latency is then mostly time in the queue). "
                    + "Default: no limit at first, then a rate that this machine sustains.")
    private @Nullable String rate;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Maximum number of frames in a micro-batch. Default: ${DEFAULT-VALUE}.")
    private int batch = 32;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "auto, cpu, cuda or cuda:n. Default: ${DEFAULT-VALUE}.")
    private String device = "auto";

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the table as JSON.")
    private @Nullable Path json;

    @Option(
            names = "--port",
            paramLabel = "P",
            description =
                    "Port of the dashboard; 0 for any free port. Default: 8080, or any free port if that is taken.")
    private @Nullable Integer port;

    @Option(names = "--stay", description = "Keep the dashboard up until Ctrl-C.")
    private boolean stay;

    @Mixin
    @SuppressWarnings("UnusedVariable") // its options act while they are parsed
    private Verbosity verbosity = new Verbosity();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (frames < 1 || batch < 1 || batch > 4096) {
            throw new ParameterException(spec.commandLine(), "--frames must be at least 1, --batch from 1 to 4096");
        }
        Logging.setQuiet();
        var options = DemoOptionsBuilder.builder()
                .frames(frames)
                .rate(rate())
                .batch(batch)
                .port(port == null ? usualPort() : port)
                .device(device)
                .stay(stay)
                .data(Optional.ofNullable(data))
                .bundle(Optional.ofNullable(bundle))
                .json(Optional.ofNullable(json))
                .build();
        var demo = new Demo(
                options,
                CacheDirectory.locate(),
                System.out,
                QuickTraining.inChildProcess(skipBad),
                new DownloadBar(System.out));
        DemoReport report = demo.run();
        if (!report.isComplete()) {
            spec.commandLine()
                    .getErr()
                    .printf(
                            Locale.ROOT,
                            "featherwire: %,d of %,d frames are neither classified nor dead-lettered%n",
                            report.frames() - report.classified() - report.deadLetters(),
                            report.frames());
            return ExitCode.FAILED;
        }
        return ExitCode.OK;
    }

    private DemoRate rate() {
        try {
            return rate == null ? DemoRate.MEASURED : DemoRate.parse(rate);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--rate '" + rate + "': expected max or frames a second, such as 50", e);
        }
    }

    private static int usualPort() {
        try (var socket = new ServerSocket(DASHBOARD_PORT, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            return 0;
        }
    }
}
