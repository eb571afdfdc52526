package io.featherwire.cli;

import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Verbosity;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks at bundles. */
@Command(
        name = "bundle",
        description = "Look at bundles, the directories of models and tables that both ends share.",
        mixinStandardHelpOptions = true)
final class BundleCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which of its commands?");
    }

    @Command(
            name = "verify",
            description = "Check every file of a bundle against its manifest.",
            mixinStandardHelpOptions = true)
    int verify(@Parameters(paramLabel = "DIR", description = "The bundle.") Path directory, @Mixin Verbosity verbosity)
            throws BundleException {
        Bundle bundle = Bundle.load(directory);
        out().printf(
                        "%s  %s  %d files, all as the manifest says%n",
                        bundle.fingerprint().hex(),
                        bundle.manifest().name(),
                        bundle.manifest().files().size());
        return ExitCode.OK;
    }

    @Command(name = "list", description = "The bundles in a directory.", mixinStandardHelpOptions = true)
    int list(
            @Parameters(paramLabel = "DIR", description = "A directory of bundles.") Path directory,
            @Mixin Verbosity verbosity)
            throws IOException {
        int bad = 0;
        try (Stream<Path> entries = Files.list(directory)) {
            List<Path> candidates = entries.filter(entry -> Files.isRegularFile(entry.resolve(Bundle.MANIFEST)))
                    .sorted()
                    .toList();
            for (Path candidate : candidates) {
                bad += list(candidate) ? 0 : 1;
            }
        }
        return bad == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private boolean list(Path directory) {
        try {
            Bundle bundle = Bundle.load(directory);
            BundleManifest manifest = bundle.manifest();
            out().printf(
                            "%s  %-28s input %d  feature %s  code %s  %s  %s%n",
                            bundle.fingerprint().hex(),
                            directory.getFileName(),
                            manifest.input().size(),
                            manifest.featureShape(),
                            manifest.codeShape(),
                            manifest.defaultMode().text(),
                            manifest.defaultVariant());
            return true;
        } catch (BundleException e) {
            out().printf("%-16s  %-28s %s%n", "refused", directory.getFileName(), e.getMessage());
            return false;
        }
    }

    @Command(name = "inspect", description = "Everything a bundle says of itself.", mixinStandardHelpOptions = true)
    int inspect(@Parameters(paramLabel = "DIR", description = "The bundle.") Path directory, @Mixin Verbosity verbosity)
            throws BundleException, IOException {
        Bundle bundle = Bundle.load(directory);
        BundleManifest manifest = bundle.manifest();
        PrintWriter out = out();
        out.printf("name          %s%n", manifest.name());
        out.printf("fingerprint   %s%n", bundle.fingerprint().hex());
        out.printf(
                "input         %d×%d, mean %s, deviation %s%n",
                manifest.input().size(),
                manifest.input().size(),
                manifest.input().mean(),
                manifest.input().std());
        out.printf("classes       %s%n", String.join(", ", manifest.classes()));
        int feature = manifest.featureShape().values();
        int code = manifest.codeShape().values();
        out.printf(
                "feature       %s, %,d values, %,d bytes as float32%n", manifest.featureShape(), feature, 4 * feature);
        out.printf(
                "code          %s, %,d values (%.1f %% of the feature), %,d bytes as float32%n",
                manifest.codeShape(), code, 100.0 * code / feature, 4 * code);
        out.printf(
                "payload       %s by default, offered: %s%n",
                manifest.defaultMode().text(), bundle.payloadCodec().modes());
        out.printf("graphs        %s by default, offered: %s%n", manifest.defaultVariant(), variants(manifest));
        for (Map.Entry<String, String> file : manifest.files().entrySet()) {
            long size = Files.size(directory.resolve(file.getKey()));
            out.printf(
                    "file          %-28s %,12d bytes  %s%n",
                    file.getKey(), size, file.getValue().substring(0, 16));
        }
        manifest.provenance().forEach((key, value) -> out.printf("provenance    %s: %s%n", key, value));
        return ExitCode.OK;
    }

    private static String variants(BundleManifest manifest) {
        return manifest.variants().isEmpty()
                ? BundleManifest.FP32
                : BundleManifest.FP32 + ", "
                        + String.join(", ", manifest.variants().keySet());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
