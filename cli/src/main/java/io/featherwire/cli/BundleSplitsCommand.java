package io.featherwire.cli;

import static java.util.Objects.requireNonNull;

import io.featherwire.bundler.split.CutTensor;
import io.featherwire.bundler.split.GraphSplit;
import io.featherwire.bundler.split.ModelWriter;
import io.featherwire.bundler.split.SplitChoice;
import io.featherwire.bundler.split.SplittableNetwork;
import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Logging;
import io.featherwire.cli.console.Verbosity;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the tensors at which a network can be cut. */
@Command(
        name = "splits",
        description = {
            "List the tensors at which an ONNX model can be cut: each of them alone separates the input from "
                    + "the output.",
            "One of them becomes the feature. The arrow marks the tensor that 'bundle create' would choose "
                    + "with the same arguments."
        },
        mixinStandardHelpOptions = true)
final class BundleSplitsCommand implements Callable<Integer> {
    @Mixin
    private NetworkArguments arguments = new NetworkArguments();

    @Option(
            names = "--parts",
            paramLabel = "DIR",
            description =
                    "Also cut the model at the marked tensor, and write backbone.onnx and rest.onnx to this directory.")
    private @Nullable Path parts;

    @Mixin
    @SuppressWarnings("UnusedVariable") // its options act while they are parsed
    private Verbosity verbosity = new Verbosity();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Logging.setQuiet();
        SplittableNetwork network = arguments.read();
        CutTensor chosen = SplitChoice.choose(network, arguments.split());
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
                    cut.shapeText(),
                    cut.valueCount(),
                    cut.type().toLowerCase(Locale.ROOT),
                    cut.name(),
                    cut.operator(),
                    cut.refusal() == null ? "" : ": " + cut.refusal());
        }
        if (parts != null) {
            write(GraphSplit.split(network, chosen), network.source().file(), parts);
            out.printf(Locale.ROOT, "backbone.onnx and rest.onnx, cut at %s, are in %s%n", chosen.name(), parts);
        }
        out.flush();
        return ExitCode.OK;
    }

    private static void write(GraphSplit split, Path model, Path directory) throws IOException {
        Files.createDirectories(directory);
        Path from = requireNonNull(model.getParent(), "directory");
        ModelWriter.write(split.backbone(), from, directory.resolve("backbone.onnx"));
        ModelWriter.write(split.rest(), from, directory.resolve("rest.onnx"));
    }
}
