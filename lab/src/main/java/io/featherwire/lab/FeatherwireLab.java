package io.featherwire.lab;

import io.featherwire.cli.console.ErrorPrinter;
import io.featherwire.cli.console.Verbosity;
import io.featherwire.cli.console.Version;
import io.featherwire.lab.bench.BenchCommand;
import io.featherwire.lab.chaos.ChaosCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code featherwire-lab}: benchmarks and failure tests that are not part of the product. */
@Command(
        name = "featherwire-lab",
        description = "Benchmarks and failure tests of Featherwire, on this machine, with an embedded broker.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {BenchCommand.class, ChaosCommand.class},
        footer = {"", "Exit codes: 0 success, 1 an error or a violated delivery guarantee, 2 invalid flags."})
public final class FeatherwireLab implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("UnusedVariable") // its options act while they are parsed
    private Verbosity verbosity;

    public static void main(String[] args) {
        // Uses the same locale on every machine, like the product's command.
        Locale.setDefault(Locale.ROOT);
        System.exit(commandLine().execute(args));
    }

    /** Makes the command line with all subcommands. */
    static CommandLine commandLine() {
        var commands = new CommandLine(new FeatherwireLab());
        commands.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        commands.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        commands.setExecutionExceptionHandler(new ErrorPrinter());
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        commands.setUsageHelpAutoWidth(true);
        return commands;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a subcommand is needed: bench or chaos");
    }
}
