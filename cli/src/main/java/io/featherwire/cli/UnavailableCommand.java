package io.featherwire.cli;

import io.featherwire.cli.console.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** A hidden command that this distribution cannot run. It prints one line that names the command to use instead. */
@Command(hidden = true)
final class UnavailableCommand implements Callable<Integer> {

    private final UnaryOperator<String> remedy;

    @Spec
    private CommandSpec spec;

    @Unmatched
    private final List<String> words = new ArrayList<>();

    private UnavailableCommand(UnaryOperator<String> remedy) {
        this.remedy = remedy;
    }

    /** Adds the deprecated names of the experiments, which have moved to featherwire-lab. */
    static void addExperiments(CommandLine commands) {
        for (String name : List.of("bench", "chaos")) {
            commands.addSubcommand(
                    name,
                    new UnavailableCommand(
                            line -> name + " has moved to the laboratory, run: featherwire-lab " + line));
        }
    }

    /** Adds the commands that need the broker or training, for a distribution without them. */
    static void addOptional(CommandLine commands) {
        for (String name : OptionalCommands.NAMES) {
            commands.addSubcommand(
                    name,
                    new UnavailableCommand(line -> name + " is not in the distribution of the streams;"
                            + " run it with the full distribution: featherwire " + line));
        }
    }

    @Override
    public Integer call() {
        String line = words.isEmpty() ? spec.name() : spec.name() + " " + String.join(" ", words);
        spec.commandLine().getErr().println("featherwire: " + remedy.apply(line));
        return ExitCode.USAGE;
    }
}
