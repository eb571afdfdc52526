package io.featherwire.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.cli.console.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class FeatherwireLabTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(strings = {"bench", "bench life", "bench scale", "bench records", "chaos"})
    void shouldPrintTheHelpOfEverySubcommand(String command) {
        assertThat(run((command + " --help").split(" "))).isZero();
        assertThat(out.toString()).contains("Usage: featherwire-lab " + command).contains("--help");
    }

    @Test
    void shouldRejectAMissingSubcommandAndInvalidFlags() {
        assertThat(run()).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).startsWith("a subcommand is needed: bench or chaos");
        assertThat(run("chaos", "--frames", "1")).isEqualTo(ExitCode.USAGE);
        assertThat(run("fly")).isEqualTo(ExitCode.USAGE);
    }

    private int run(String... words) {
        CommandLine commands = FeatherwireLab.commandLine();
        commands.setOut(new PrintWriter(out, true));
        commands.setErr(new PrintWriter(err, true));
        return commands.execute(words);
    }
}
