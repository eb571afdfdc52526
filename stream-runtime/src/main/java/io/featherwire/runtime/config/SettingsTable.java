package io.featherwire.runtime.config;

import java.util.List;
import java.util.stream.Collectors;

/** Generates the documentation of settings from their declarations: a Markdown table with one row for each setting. */
public final class SettingsTable {

    private SettingsTable() {}

    public static String markdown(List<Setting<?>> settings) {
        return settings.stream()
                .map(SettingsTable::row)
                .collect(Collectors.joining(
                        "",
                        "| setting | environment variable | default | must be | what for |\n| --- | --- | --- | --- | --- |\n",
                        ""));
    }

    private static String row(Setting<?> setting) {
        String standard =
                setting.defaultText().map(text -> "`" + text + "`").orElse(setting.isRequired() ? "(required)" : "");
        return String.join(
                        " | ",
                        "| `" + setting.key() + "`",
                        "`" + setting.environmentVariable() + "`",
                        standard,
                        cell(setting.rule()),
                        cell(setting.about()
                                + setting.deprecatedKey()
                                        .map(key -> " (Deprecated key: `" + key + "`.)")
                                        .orElse("")))
                + " |\n";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
