package io.featherwire.cli;

import io.featherwire.bundler.preprocessing.HuggingFaceFiles;
import io.featherwire.bundler.split.CutTensor;
import io.featherwire.bundler.split.NetworkReader;
import io.featherwire.bundler.split.SourceModel;
import io.featherwire.bundler.split.SplitChoice;
import io.featherwire.bundler.split.SplittableNetwork;
import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Logging;
import io.featherwire.cli.console.Verbosity;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists where a network can be cut. */
@Command(
        name = "splits",
        description = {
            "List the tensors of an ONNX model that alone separate its input from its output.",
            "One of them becomes the feature. The arrow marks the one that 'bundle create' would take."
        },
        mixinStandardHelpOptions = true)
final class BundleSplitsCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MODEL", description = "The ONNX file.")
    private Path model = Path.of("");

    @Option(
            names = "--output",
            paramLabel = "NAME",
            description = "The network's output, where it has several vectors.")
    private @Nullable String output;

    @Option(
            names = "--input-size",
            paramLabel = "PIXELS",
            description = "Edge of the input in pixels, where the model takes any.")
    private @Nullable Integer inputSize;

    @Mixin
    private Verbosity verbosity = new Verbosity();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Logging.quiet();
        SplittableNetwork network = NetworkReader.read(
                SourceModel.read(model),
                new NetworkReader.Options(output, inputSize).usualSize(HuggingFaceFiles.inputSize(model)));
        CutTensor chosen = SplitChoice.of(network, null);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "input %s %s, output %s %s, %s, %,.0f million multiply-adds%n",
                network.input().name(),
                network.input().sides(),
                network.output().name(),
                network.output().sides(),
                network.fixedBatch() == 0 ? "any batch" : "batch of " + network.fixedBatch(),
                network.multiplyAdds() / 1e6);
        out.printf(Locale.ROOT, "  %12s  %-16s %10s %10s  %s%n", "multiply-adds", "shape", "floats", "type", "tensor");
        for (CutTensor cut : network.cuts()) {
            out.printf(
                    Locale.ROOT,
                    "%s %11.1f %%  %-16s %,10d %10s  %s (%s)%s%n",
                    cut.equals(chosen) ? "→" : " ",
                    100 * cut.share(),
                    cut.shape(),
                    cut.floats(),
                    cut.type().toLowerCase(Locale.ROOT),
                    cut.name(),
                    cut.operator(),
                    cut.refusal() == null ? "" : ": " + cut.refusal());
        }
        out.flush();
        return ExitCode.OK;
    }
}
