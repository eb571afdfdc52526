package io.featherwire.cli.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measurements that need nothing but the command. */
@Command(
        name = "bench",
        description = "Measurements that anyone can repeat.",
        mixinStandardHelpOptions = true,
        subcommands = RecordsCommand.class)
public final class BenchCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which of its commands?");
    }
}
