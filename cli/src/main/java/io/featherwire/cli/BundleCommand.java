package io.featherwire.cli;

import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Verbosity;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleDescription;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.payload.PayloadMode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Creates and inspects bundles. */
@Command(
        name = "bundle",
        description =
                "Create and inspect bundles: the directories of models and tables that compressor and classifier share.",
        subcommands = {BundleSplitsCommand.class, BundleCreateCommand.class, BundleTryCommand.class},
        mixinStandardHelpOptions = true)
final class BundleCommand implements Runnable {
    /**
     * The maximum length of a list that is printed in full. Of longer lists, such as learning curves, only length and
     * last element are printed.
     */
    private static final int MOST_LISTED = 8;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a subcommand is missing");
    }

    @Command(
            name = "verify",
            description = "Check every file of a bundle against its manifest.",
            mixinStandardHelpOptions = true)
    int verify(@Parameters(paramLabel = "DIR", description = "The bundle.") Path directory, @Mixin Verbosity verbosity)
            throws BundleException {
        Bundle bundle = Bundle.load(directory);
        out().printf(
                        Locale.ROOT,
                        "%s  %s  %d files, all match the manifest%n",
                        bundle.fingerprint().hex(),
                        bundle.manifest().name(),
                        bundle.manifest().files().size());
        return ExitCode.OK;
    }

    @Command(name = "list", description = "List the bundles in a directory.", mixinStandardHelpOptions = true)
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
                            Locale.ROOT,
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
            out().printf(Locale.ROOT, "%-16s  %-28s %s%n", "unusable", directory.getFileName(), e.getMessage());
            return false;
        }
    }

    @Command(
            name = "inspect",
            description = "Print a bundle's manifest: shapes, quantisers, precisions, provenance.",
            mixinStandardHelpOptions = true)
    int inspect(@Parameters(paramLabel = "DIR", description = "The bundle.") Path directory, @Mixin Verbosity verbosity)
            throws BundleException {
        BundleDescription bundle = BundleDescription.of(Bundle.load(directory));
        line("name", "%s", bundle.name());
        line("fingerprint", "%s", bundle.fingerprint().hex());
        line("input", "%d×%d", bundle.inputSize(), bundle.inputSize());
        line("classes", "%s", String.join(", ", bundle.classes()));
        line("feature", "%s, %,d bytes as float32", bundle.featureShape(), bundle.featureBytes());
        line(
                "code",
                "%s, %,d bytes as float32 (%.1f %% of the feature)",
                bundle.codeShape(),
                bundle.codeBytes(),
                100.0 * bundle.codeBytes() / bundle.featureBytes());
        line("graphs", "%s; the first is the default", String.join(", ", bundle.variants()));
        for (PayloadMode mode : bundle.modes()) {
            Double expected = bundle.payloadBytes().get(mode);
            line(
                    "payload",
                    "%-8s %s%s",
                    mode.text(),
                    expected == null
                            ? "depends on the frame"
                            : String.format(Locale.ROOT, "%.1f bytes expected", expected),
                    mode == bundle.defaultMode() ? ", the default" : "");
        }
        tables(bundle.tables());
        if (bundle.search() != null) {
            line(
                    "search",
                    "rate-distortion optimised, prediction-preserving, at %.4g bits per nat of divergence",
                    bundle.search().bitsPerNat());
        }
        for (BundleDescription.FileEntry file : bundle.files()) {
            line("file", "%-24s %,12d bytes  %s", file.name(), file.bytes(), file.sha256());
        }
        bundle.provenance().forEach((key, value) -> line("provenance", "%s: %s", key, indented(value)));
        return ExitCode.OK;
    }

    private void tables(BundleDescription.@Nullable Tables tables) {
        if (tables != null) {
            line(
                    "tables",
                    "%,d bytes, %.1f bits per code (%d of them a checksum), %d channels are always zero, %d have contexts",
                    tables.bytes(),
                    tables.meanBits(),
                    tables.checkBits(),
                    tables.deadChannels(),
                    tables.channelsWithContexts());
        }
    }

    private static String indented(Object value) {
        if (value instanceof List<?> points && points.size() > MOST_LISTED) {
            return points.size() + " points, the last " + points.get(points.size() - 1);
        }
        return String.valueOf(value).strip().replace("\n", "\n" + " ".repeat(16));
    }

    private void line(String what, String format, Object... values) {
        out().print("%-13s ".formatted(what));
        out().printf(Locale.ROOT, format, values);
        out().println();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
