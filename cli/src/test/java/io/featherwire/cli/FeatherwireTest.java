package io.featherwire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.cli.console.ExitCode;
import io.featherwire.codec.testing.TinyBundle;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class FeatherwireTest {

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "train",
                "evaluate",
                "produce",
                "compress",
                "edge",
                "classify",
                "topics create",
                "topics describe",
                "bundle verify",
                "bundle list",
                "bundle inspect",
                "dead-letters list",
                "dead-letters replay"
            })
    void shouldHelpWithEveryCommand(String command) {
        assertThat(run((command + " --help").split(" "))).isZero();
        assertThat(out.toString()).contains("Usage: featherwire " + command).contains("--help");
    }

    @Test
    void shouldOfferSettingsAsFlagsAndListThemInTheHelp() {
        run("compress", "--help");
        assertThat(out.toString())
                .contains("--batch-size", "--processing-guarantee", "$FEATHERWIRE_BATCH_SIZE", "--config", "--set");
    }

    @Test
    void shouldKeepTheSettingsOfFilesAndOfTheStreamApart() {
        run("compress", "--help");
        assertThat(out.toString()).contains("--threads").doesNotContain("--from", "--sensors", "--payload-search");
        out.getBuffer().setLength(0);
        run("compress-files", "--help");
        assertThat(out.toString())
                .contains("--from=", "$FEATHERWIRE_FROM", "--sensors")
                .doesNotContain("--threads");
        assertThat(run("compress-files", "--from", directory.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).startsWith("featherwire: bundle: not set");
        err.getBuffer().setLength(0);
    }

    @Test
    void shouldAcceptDeprecatedFlagsOfCompressFiles() {
        assertThat(run("compress", "--from", "-", "--threads", "2")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString())
                .isEqualToNormalizingNewlines(
                        "featherwire: threads: given (--threads), must be left out with --from; it is a setting of the compressor stream\n");
        err.getBuffer().setLength(0);
        assertThat(run("compress", "--bundle", "b", "--sensors", "2")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString())
                .startsWith("featherwire: sensors: given (--sensors), must be left out without --from");
        err.getBuffer().setLength(0);
        assertThat(run("compress", "--from", directory.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).startsWith("featherwire: bundle: not set");
        err.getBuffer().setLength(0);
        assertThat(run("compress", "--from", directory.resolve("none").toString(), "--bundle", "b"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).startsWith("featherwire: no data set '");
        err.getBuffer().setLength(0);
        assertThat(run("compress", "--from", directory.toString(), "--bundle", "nowhere"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).startsWith("featherwire: no bundle at ");
    }

    @Test
    void shouldAcceptADeprecatedSettingFromEverySource() throws Exception {
        Path file = Files.writeString(directory.resolve("old.properties"), "payload.search=maybe\n");
        for (String[] given : new String[][] {
            {"--payload-search", "maybe", "--payload-search"},
            {"--set", "payload.search=maybe", "--set payload.search"},
            {"--config", file.toString(), "payload.search in " + file}
        }) {
            err.getBuffer().setLength(0);
            assertThat(run("compress", "--bundle", "b", given[0], given[1])).isEqualTo(ExitCode.USAGE);
            assertThat(err.toString())
                    .contains("payload.rdoq: \"maybe\" (" + given[2] + ")", "correct " + given[2])
                    .doesNotContain("unknown");
        }
    }

    @Test
    void shouldReportEveryInvalidSettingInOneLineEach() {
        int exit = run("compress", "--batch-size", "none", "--device", "tpu", "--set", "batch.sice=3");
        assertThat(exit).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString().lines()).hasSize(4).allSatisfy(line -> assertThat(line)
                .startsWith("featherwire: "));
        assertThat(err.toString()).contains("batch.size", "(--batch-size)", "(--set batch.sice)", "bundle: not set");
    }

    @Test
    void shouldOverrideTheFileByFlags() throws Exception {
        Path file = Files.writeString(directory.resolve("my.properties"), "data=synthetic\nsensors=none\n");
        assertThat(run("produce", "--config", file.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("sensors: \"none\"");
        err.getBuffer().setLength(0);
        run("produce", "--config", file.toString(), "--sensors", "2", "--label-share", "7");
        assertThat(err.toString()).contains("label.share").doesNotContain("sensors");
    }

    @Test
    void shouldInspectVerifyAndListBundles() throws Exception {
        // Given
        Path bundle = directory.resolve("bundles/tiny");
        TinyBundle.write(bundle);
        // When, then
        assertThat(run("bundle", "inspect", bundle.toString())).isZero();
        assertThat(out.toString()).contains("red, green, blue", "3x2x2", "entropy", "the default", "head.onnx");
        assertThat(run("bundle", "verify", bundle.toString())).isZero();
        assertThat(run("bundle", "list", bundle.getParent().toString())).isZero();
        // Given a byte more
        Files.writeString(bundle.resolve("head.onnx"), "x", java.nio.file.StandardOpenOption.APPEND);
        assertThat(run("bundle", "verify", bundle.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains("head.onnx is not the file of this bundle");
        assertThat(run("bundle", "list", bundle.getParent().toString())).isEqualTo(ExitCode.FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bench life --frames 3", "chaos --kills 3 --help", "bench"})
    void shouldPointFromADeprecatedSpellingToTheLaboratory(String command) {
        assertThat(run(command.split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains("run: featherwire-lab " + command);
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).doesNotContain("chaos", "bench");
    }

    @Test
    void shouldSayInOneLineWhatIsWrong() {
        assertThat(run("evaluate", "--bundle", "nowhere", "--data", "synthetic"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).startsWith("featherwire: no bundle at ");
        err.getBuffer().setLength(0);
        assertThat(run("evaluate", "--bundle", "nowhere", "--data", "cifar11")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("no data set 'cifar11'");
        assertThat(run()).isEqualTo(ExitCode.USAGE);
        assertThat(run("fly")).isEqualTo(ExitCode.USAGE);
        assertThat(run("demo", "--frames", "0")).isEqualTo(ExitCode.USAGE);
    }

    private int run(String... words) {
        CommandLine commands = Featherwire.commandLine();
        commands.setOut(new PrintWriter(out, true));
        commands.setErr(new PrintWriter(err, true));
        return commands.execute(words);
    }
}
