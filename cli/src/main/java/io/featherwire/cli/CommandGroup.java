package io.featherwire.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A command that only groups subcommands. */
final class CommandGroup {

    private CommandGroup() {}

    static CommandLine commandLine(String name, String description, CommandLine... commands) {
        CommandSpec[] own = new CommandSpec[1];
        Callable<Integer> ask = () -> {
            throw new ParameterException(own[0].commandLine(), "a subcommand is missing");
        };
        CommandSpec spec = CommandSpec.wrapWithoutInspection(ask).name(name);
        own[0] = spec;
        spec.usageMessage().description(description);
        spec.mixinStandardHelpOptions(true);
        for (CommandLine command : commands) {
            spec.addSubcommand(command.getCommandName(), command);
        }
        return new CommandLine(spec);
    }
}
