package io.featherwire.cli;

import io.featherwire.cli.console.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** A deprecated spelling: an experiment that moved to the command featherwire-lab. It names the new one and ends. */
@Command(hidden = true)
final class MovedCommand implements Callable<Integer> {

    static final List<String> NAMES = List.of("bench", "chaos");

    @Spec
    private CommandSpec spec;

    @Unmatched
    private final List<String> words = new ArrayList<>();

    static void addTo(CommandLine commands) {
        NAMES.forEach(name -> commands.addSubcommand(name, new MovedCommand()));
    }

    @Override
    public Integer call() {
        String rest = words.isEmpty() ? "" : " " + String.join(" ", words);
        spec.commandLine()
                .getErr()
                .println("featherwire: " + spec.name() + " has moved to the laboratory, run: featherwire-lab "
                        + spec.name() + rest);
        return ExitCode.USAGE;
    }
}
