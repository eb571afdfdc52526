package io.featherwire.cli;

import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.Setting;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Offers every setting of an app as a flag: {@code batch.size} is {@code --batch-size}. Flags override environment
 * variables, and environment variables override the file.
 */
final class SettingFlags {

    private static final String CONFIG = "--config";
    private static final String SET = "--set";

    private SettingFlags() {}

    /** Adds the flags, --config and --set to a command. */
    static void add(CommandSpec command, List<Setting<?>> settings) {
        command.addOption(OptionSpec.builder(CONFIG)
                .paramLabel("FILE")
                .type(Path.class)
                .description("Properties file with settings. Flags and environment variables override it.")
                .build());
        command.addOption(OptionSpec.builder(SET)
                .paramLabel("KEY=VALUE")
                .type(Map.class)
                .auxiliaryTypes(String.class, String.class)
                .description("Sets any setting by its key; kafka.* is passed to Kafka's clients.")
                .build());
        for (Setting<?> setting : settings) {
            command.addOption(toOption(setting, setting.key(), false));
            addDeprecated(command, setting);
        }
    }

    /** Adds deprecated flags, which help does not show. */
    static void addHidden(CommandSpec command, List<Setting<?>> settings) {
        for (Setting<?> setting : settings) {
            command.addOption(toOption(setting, setting.key(), true));
            addDeprecated(command, setting);
        }
    }

    private static void addDeprecated(CommandSpec command, Setting<?> setting) {
        setting.deprecatedKey().ifPresent(key -> command.addOption(toOption(setting, key, true)));
    }

    /**
     * The configuration sources of a parsed command line, whose flags were added by {@link #add} and
     * {@link #addHidden}.
     */
    static ConfigSources toSources(ParseResult parsed, List<Setting<?>> settings, Map<String, String> environment) {
        Map<String, String> flags = new HashMap<>(parsed.matchedOptionValue(SET, Map.<String, String>of()));
        Map<String, String> names = new HashMap<>();
        flags.keySet().forEach(key -> names.put(key, SET + " " + key));
        for (Setting<?> setting : settings) {
            putIfGiven(flags, names, parsed, setting.key());
            setting.deprecatedKey().ifPresent(key -> putIfGiven(flags, names, parsed, key));
        }
        Path file = parsed.matchedOptionValue(CONFIG, (Path) null);
        return ConfigSources.of(flags, environment, file).withFlagNames(names);
    }

    private static OptionSpec toOption(Setting<?> setting, String key, boolean hidden) {
        String standard =
                setting.defaultText().map(text -> " Default: " + text + ".").orElse("");
        boolean isSwitch = setting.rule().equals("true or false");
        return OptionSpec.builder(flagName(key))
                .hidden(hidden)
                .paramLabel(
                        isSwitch
                                ? "true|false"
                                : setting.key().replaceAll(".*\\.", "").toUpperCase(Locale.ROOT))
                .type(String.class)
                .arity(isSwitch ? "0..1" : "1")
                .fallbackValue(isSwitch ? "true" : "")
                .description(escape(setting.about() + standard + " ($" + setting.environmentVariable() + ")"))
                .build();
    }

    private static void putIfGiven(
            Map<String, String> flags, Map<String, String> names, ParseResult parsed, String key) {
        if (parsed.hasMatchedOption(flagName(key))) {
            flags.put(key, parsed.matchedOptionValue(flagName(key), ""));
            names.put(key, flagName(key));
        }
    }

    private static String flagName(String key) {
        return "--" + key.replace('.', '-');
    }

    /** Escapes the percent sign, since picocli formats descriptions. */
    private static String escape(String description) {
        return description.replace("%", "%%").replace("${", "$ {");
    }
}
