package io.featherwire.lab.chaos;

import io.featherwire.cli.cds.TrivialBundle;
import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Logging;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.lab.harness.FrameSender;
import io.featherwire.lab.harness.TrivialImages;
import io.featherwire.schemas.ImageEncoding;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tests the delivery guarantees of the streams on this machine. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Run both streams in separate JVMs against a real broker. While frames flow, kill the streams with -9, rebalance,"
                        + " fence and freeze them, stop or kill the broker, fill the disks, or send hostile records among the frames."
                        + " Counts the results. The exit code is 0 only if no frame was lost, repeated or counted twice, and if the run"
                        + " detected the losses of the control, which keeps its batches only in memory.")
public final class ChaosCommand implements Callable<Integer> {

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            description = "One of ${COMPLETION-CANDIDATES}. Default: all, one after another.")
    private @Nullable ChaosScenario scenario;

    @Option(
            names = "--frames",
            paramLabel = "N",
            description = "Number of frames of each scenario. Default: 50000, for HOSTILE 100000.")
    private @Nullable Integer frames;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "1000",
            description = "Frames per second; 0 for no limit. Default: ${DEFAULT-VALUE}.")
    private int rate = 1_000;

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "10",
            description = "Number of kills (-9), or of fencings and freezes. Default: ${DEFAULT-VALUE}.")
    private int kills = 10;

    @Option(
            names = "--at-least-once",
            description =
                    "Test at_least_once instead of exactly_once_v2: no frame is lost, and the accuracy counts each frame once.")
    private boolean atLeastOnce;

    @Option(
            names = "--bundle",
            paramLabel = "DIR",
            description = "The bundle. Default: a bundle with trivial networks, for a high throughput.")
    private @Nullable Path bundle;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description = "Directory for the files and logs of broker and apps. Default: a new temporary directory.")
    private @Nullable Path directory;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Logging.setQuiet();
        if (frames != null && frames < 100 || rate < 0 || kills < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--frames must be at least 100, --rate and --kills not negative");
        }
        PrintWriter out = spec.commandLine().getOut();
        Path root = directory == null ? Files.createTempDirectory("featherwire-chaos-") : directory;
        out.println("Files and logs: " + root);
        boolean passed = true;
        for (ChaosScenario each : scenario == null ? List.of(ChaosScenario.values()) : List.of(scenario)) {
            Path place = Files.createDirectories(root.resolve(each.name()));
            if (scenario == null && each == ChaosScenario.DISK_FULL && !Chaos.hasSmallDisks(place.resolve("trial"))) {
                out.println("DISK_FULL: skipped; it needs Linux with unshare and user namespaces");
            } else {
                passed &= run(each, place, out).hasPassed();
            }
        }
        return passed ? ExitCode.OK : ExitCode.FAILED;
    }

    private ChaosReport run(ChaosScenario each, Path place, PrintWriter out) throws Exception {
        Path models = bundle == null ? TrivialBundle.write(place.resolve("bundle")) : bundle.toAbsolutePath();
        ChaosPlan plan = ChaosPlan.standard(each, models, place)
                .withSize(frames == null ? ChaosPlan.fullSize(each) : frames, rate, kills)
                .withExactlyOnce(!atLeastOnce);
        if (each == ChaosScenario.CONTROL) {
            plan = plan.withCompressor(NaiveCompressor.class.getName());
        }
        ChaosReport report = Chaos.run(plan, images(models), line -> {
            out.println(each + ": " + line);
            out.flush();
        });
        report.lines().forEach(out::println);
        out.flush();
        return report;
    }

    private IntFunction<FrameSender.Image> images(Path models) throws Exception {
        return bundle == null
                ? TrivialImages::image
                : noise(Bundle.load(models).manifest().classes());
    }

    /** Makes images of random pixels. Their content does not matter here. */
    private static IntFunction<FrameSender.Image> noise(List<String> classes) throws IOException {
        int side = 32;
        return n -> {
            byte[] rgb = new byte[3 * side * side];
            new Random(n).nextBytes(rgb);
            return new FrameSender.Image(ImageEncoding.RGB8, side, side, rgb, classes.get(n % classes.size()));
        };
    }
}
