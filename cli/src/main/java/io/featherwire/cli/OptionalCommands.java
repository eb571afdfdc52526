package io.featherwire.cli;

import io.featherwire.cli.cds.CdsCommand;
import io.featherwire.cli.demo.DemoCommand;
import io.featherwire.cli.export.ExportCommand;
import io.featherwire.trainer.TrainCommand;
import java.util.List;
import picocli.CommandLine;

/**
 * The commands that need the broker, training or Parquet, which only the full distribution contains. No other class of
 * this module may refer to the classes of these commands, so that {@code featherwire} runs without those libraries.
 */
final class OptionalCommands {

    static final List<String> NAMES = List.of("demo", "train", "cds", "prime", "features");

    private static final String NEEDED = "io.featherwire.broker.EmbeddedBroker";

    private OptionalCommands() {}

    /** Whether this is the full distribution. */
    static boolean isPresent() {
        try {
            Class.forName(NEEDED, false, OptionalCommands.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Adds the command {@code demo}, with which new users start. */
    static void addDemo(CommandLine commands) {
        commands.addSubcommand(new DemoCommand());
    }

    static void addOthers(CommandLine commands) {
        commands.addSubcommand(CommandGroup.commandLine(
                        "features",
                        "Export the topic of features for other programs.",
                        AppCommand.commandLine(
                                "export",
                                "Export features, with their classifications and labels where known, as Parquet files.",
                                ExportCommand.settings(),
                                ExportCommand::run)))
                .addSubcommand(new TrainCommand())
                .addSubcommand(new CdsCommand());
    }
}
