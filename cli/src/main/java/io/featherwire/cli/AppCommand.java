package io.featherwire.cli;

import io.featherwire.cli.console.Verbosity;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** A command that runs an app with the app's own settings as its flags. */
final class AppCommand implements Callable<Integer> {

    /** Runs the app until it ends and returns its exit code. */
    @FunctionalInterface
    interface App {
        int run(ConfigSources sources) throws Exception;
    }

    private final List<Setting<?>> settings = new ArrayList<>();
    private final App app;
    private final CommandSpec spec;

    private AppCommand(String name, String description, List<Setting<?>> settings, App app) {
        this.settings.addAll(settings);
        this.app = app;
        this.spec = CommandSpec.wrapWithoutInspection(this).name(name);
        spec.usageMessage().description(description);
        spec.mixinStandardHelpOptions(true);
        spec.addMixin("verbosity", CommandSpec.forAnnotatedObject(new Verbosity()));
        SettingFlags.add(spec, settings);
    }

    static CommandLine commandLine(String name, String description, List<Setting<?>> settings, App app) {
        return new CommandLine(new AppCommand(name, description, settings, app).spec);
    }

    /** Creates a command that also accepts deprecated flags, which the help does not show. */
    static CommandLine commandLine(
            String name, String description, List<Setting<?>> settings, List<Setting<?>> deprecated, App app) {
        var command = new AppCommand(name, description, settings, app);
        SettingFlags.addHidden(command.spec, deprecated);
        command.settings.addAll(deprecated);
        return new CommandLine(command.spec);
    }

    @Override
    public Integer call() throws Exception {
        return app.run(SettingFlags.toSources(spec.commandLine().getParseResult(), settings, System.getenv()));
    }
}
