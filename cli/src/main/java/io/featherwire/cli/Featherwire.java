package io.featherwire.cli;

import io.featherwire.bundler.TerminalDetector;
import io.featherwire.classifier.ClassifierApp;
import io.featherwire.classifier.ClassifierConfig;
import io.featherwire.cli.console.CommandCharset;
import io.featherwire.cli.console.DownloadBar;
import io.featherwire.cli.console.ErrorPrinter;
import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Verbosity;
import io.featherwire.cli.console.Version;
import io.featherwire.producer.OutboxEdgeApp;
import io.featherwire.producer.ProducerApp;
import io.featherwire.producer.mqtt.source.MqttSourceApp;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The featherwire command. */
@Command(
        name = "featherwire",
        description = "Continuous feature compression over Kafka: the compressor turns images into payloads "
                + "of a few bytes, the classifier turns payloads into classes.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = CommandLine.HelpCommand.class,
        footer = {"", "Start with: featherwire demo", Featherwire.EXIT_CODES})
public final class Featherwire implements Callable<Integer> {

    static final String EXIT_CODES =
            "Exit codes: 0 success, 1 something failed or was lost, 2 flags or settings are invalid.";

    @Spec
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("UnusedVariable") // its options act while they are parsed
    private Verbosity verbosity;

    public static void main(String[] args) {
        // Kafka's broker does not start in a Turkish locale, and numbers must look the same on every machine.
        Locale.setDefault(Locale.ROOT);
        Optional<String> garbled = CommandCharset.findProblem();
        if (garbled.isPresent()) {
            System.err.println("featherwire: " + garbled.get());
            System.exit(ExitCode.USAGE);
        }
        System.exit(commandLine().execute(args));
    }

    /** The whole command line, ready to execute. */
    public static CommandLine commandLine() {
        var commands = new CommandLine(new Featherwire());
        boolean full = OptionalCommands.isPresent();
        // Help lists the commands in this order: first those that most users need.
        if (full) {
            OptionalCommands.addDemo(commands);
        }
        commands.addSubcommand(new BundleCommand())
                .addSubcommand(CompressCommand.streamCommand())
                .addSubcommand(AppCommand.commandLine(
                        "classify",
                        "Run the classifier stream: features and labels to classifications and accuracy, with a dashboard.",
                        ClassifierConfig.settings(),
                        ClassifierApp::run))
                .addSubcommand(AppCommand.commandLine(
                        "produce",
                        "Publish images and labels of a data set, a directory, or a watched directory.",
                        ProducerApp.settings(),
                        sources -> ProducerApp.of(sources)
                                .run(System.out, new DownloadBar(System.err), TerminalDetector.isInteractive())))
                .addSubcommand(TopicsCommand.commandLine())
                .addSubcommand(HeadCommand.commandLine())
                .addSubcommand(new EvaluateCommand())
                .addSubcommand(DeadLettersCommand.commandLine())
                .addSubcommand(CompressCommand.filesCommand())
                .addSubcommand(AppCommand.commandLine(
                        "edge",
                        "Compress images on a device, store their payloads in an outbox on its disk, and send "
                                + "each exactly once when the network allows.",
                        OutboxEdgeApp.settings(),
                        sources -> OutboxEdgeApp.run(sources, System.out, new DownloadBar(System.err))))
                .addSubcommand(AppCommand.commandLine(
                        "mqtt-source",
                        "Forward the frames that devices send over an MQTT broker (edge --to) to Kafka, each exactly once.",
                        MqttSourceApp.settings(),
                        MqttSourceApp::run));
        if (full) {
            OptionalCommands.addOthers(commands);
        } else {
            UnavailableCommand.addOptional(commands);
            commands.getCommandSpec().usageMessage().footer("", EXIT_CODES);
        }
        UnavailableCommand.addExperiments(commands);
        commands.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        commands.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        commands.setExecutionExceptionHandler(new ErrorPrinter());
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        commands.setUsageHelpAutoWidth(true);
        return commands;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a command is missing; 'featherwire --help' lists them");
    }
}
