package io.featherwire.cli;

import io.featherwire.bundler.images.ImageDirectory;
import io.featherwire.bundler.report.BundleTrial;
import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Logging;
import io.featherwire.cli.console.Verbosity;
import io.featherwire.codec.bundle.Bundle;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures a bundle on images without labels. */
@Command(
        name = "try",
        description =
                "Compress and decode unlabelled images; print the payload size and how often the model's prediction is preserved.",
        mixinStandardHelpOptions = true)
final class BundleTryCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "The bundle.")
    private Path directory = Path.of("");

    @Option(
            names = "--images",
            paramLabel = "DIR",
            required = true,
            description = "Directory tree of JPEG and PNG files.")
    private Path images = Path.of("");

    @Option(
            names = "--max-images",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Maximum number of images. Default: ${DEFAULT-VALUE}.")
    private int mostImages = 1000;

    @Mixin
    @SuppressWarnings("UnusedVariable") // its options act while they are parsed
    private Verbosity verbosity = new Verbosity();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Logging.setQuiet();
        Bundle bundle = Bundle.load(directory);
        try (BundlerProgress progress = new BundlerProgress(spec.commandLine().getOut())) {
            progress.note(BundlerProgress.toLine(BundleTrial.run(
                    bundle, ImageDirectory.scan(images, mostImages).files(), progress)));
        }
        return ExitCode.OK;
    }
}
