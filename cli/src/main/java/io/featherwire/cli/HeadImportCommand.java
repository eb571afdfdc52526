package io.featherwire.cli;

import io.featherwire.bundler.BundlerException;
import io.featherwire.bundler.head.HeadImport;
import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Logging;
import io.featherwire.cli.console.Verbosity;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.bundle.HeadKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Imports a head from an ONNX graph that was trained elsewhere. */
@Command(
        name = "import",
        description = "Make a head from an ONNX graph that takes a bundle's features.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class HeadImportCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "MODEL",
            description = "The ONNX file: a graph of one input, a feature [N, C, H, W] or [N, values], and one output.")
    private Path model = Path.of("");

    @Option(
            names = "--bundle",
            paramLabel = "DIR",
            required = true,
            description = "The bundle whose features the graph takes.")
    private Path bundle = Path.of("");

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            required = true,
            description = "classification, multi-label, regression or embedding.")
    private String kind = "";

    @Option(
            names = "--classes",
            paramLabel = "FILE",
            description =
                    "File with the names of the classes, or of a regression's quantities, one a line. Not for an embedding.")
    private @Nullable Path classes;

    @Option(
            names = "--threshold",
            paramLabel = "P",
            defaultValue = "0.5",
            description = "For multi-label heads: the minimum probability at which a class is reported. Default: 0.5.")
    private double threshold = 0.5;

    @Option(names = "--normalised", description = "Normalise an embedding to length 1.")
    private boolean normalised;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Directory of the new head.")
    private Path out = Path.of("");

    @Option(names = "--name", paramLabel = "NAME", description = "The head's name. Default: the name of its directory.")
    private @Nullable String name;

    @Mixin
    @SuppressWarnings("UnusedVariable") // its options act while they are parsed
    private Verbosity verbosity = new Verbosity();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Logging.setQuiet();
        Head head = HeadImport.run(
                Bundle.load(bundle),
                model,
                new HeadImport.Description(
                        name == null
                                ? String.valueOf(
                                        out.toAbsolutePath().normalize().getFileName())
                                : name,
                        kind(),
                        names(),
                        threshold,
                        normalised),
                out);
        spec.commandLine()
                .getOut()
                .println("head " + head + ", " + head.manifest().kind().text() + " of "
                        + head.manifest().values() + ", written to " + out.resolve(Head.MANIFEST));
        return ExitCode.OK;
    }

    private HeadKind kind() {
        try {
            return HeadKind.parse(kind);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--kind: " + e.getMessage(), e);
        }
    }

    private List<String> names() {
        if (classes == null) {
            return List.of();
        }
        try {
            return Files.readAllLines(classes).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new BundlerException("Cannot read the names in " + classes + ": " + e.getMessage(), e);
        }
    }
}
