package io.featherwire.runtime.config;

import static java.util.Objects.requireNonNull;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of one setting: key, description, rule, parser and default. A setting is required unless it has a
 * default or is optional.
 */
public final class Setting<T> {

    /** Parses a setting's text; throws IllegalArgumentException if the text violates the rule. */
    @FunctionalInterface
    public interface Parser<T> {
        T parse(String text);
    }

    private static final String ENVIRONMENT_PREFIX = "FEATHERWIRE_";

    private final String key;
    private final String about;
    private final String rule;
    private final Parser<T> parser;
    private final @Nullable String defaultText;
    private final boolean required;
    private final boolean secret;
    private final @Nullable String deprecatedKey;

    private Setting(
            String key,
            String about,
            String rule,
            Parser<T> parser,
            @Nullable String defaultText,
            boolean required,
            boolean secret,
            @Nullable String deprecatedKey) {
        this.key = requireNonNull(key, "key");
        this.about = requireNonNull(about, "about");
        this.rule = requireNonNull(rule, "rule");
        this.parser = requireNonNull(parser, "parser");
        this.defaultText = defaultText;
        this.required = required;
        this.secret = secret;
        this.deprecatedKey = deprecatedKey;
    }

    /**
     * A required setting of any type.
     *
     * @param about what the setting is for, in one or a few sentences
     * @param rule completes the sentence "must be …"
     */
    public static <T> Setting<T> of(String key, String about, String rule, Parser<T> parser) {
        return new Setting<>(key, about, rule, parser, null, true, false, null);
    }

    /** A text that is not empty. */
    public static Setting<String> text(String key, String about) {
        return of(key, about, "a text that is not empty", text -> text);
    }

    /** A text that the predicate accepts. */
    public static Setting<String> text(String key, String about, String rule, Predicate<String> accepts) {
        return of(key, about, rule, text -> {
            check(accepts.test(text));
            return text;
        });
    }

    /** A whole number from {@code min} to {@code max}, both included. */
    public static Setting<Integer> integer(String key, String about, int min, int max) {
        return of(key, about, "a whole number from " + min + " to " + max, text -> {
            int value = Integer.parseInt(text);
            check(min <= value && value <= max);
            return value;
        });
    }

    /** A decimal number from {@code min} to {@code max}, both included. */
    public static Setting<Double> decimal(String key, String about, double min, double max) {
        return of(key, about, "a number from " + min + " to " + max, text -> {
            double value = Double.parseDouble(text);
            check(min <= value && value <= max);
            return value;
        });
    }

    /** A boolean: true or false. */
    public static Setting<Boolean> flag(String key, String about) {
        return of(key, about, "true or false", text -> {
            check(text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false"));
            return Boolean.parseBoolean(text);
        });
    }

    /** A duration such as 250ms, 5s, 2m, 1h or PT5S, from {@code min} to {@code max}, both included. */
    public static Setting<Duration> duration(String key, String about, Duration min, Duration max) {
        String rule = "a time from " + DurationParser.format(min) + " to " + DurationParser.format(max)
                + " such as 20ms, 5s, 2m";
        return of(key, about, rule, text -> {
            Duration value = DurationParser.parse(text);
            check(value.compareTo(min) >= 0 && value.compareTo(max) <= 0);
            return value;
        });
    }

    /** A point in time in ISO-8601: a day, for its midnight in UTC, or a date and time. */
    public static Setting<Instant> instant(String key, String about) {
        return of(key, about, "a day or a time such as 2026-01-31 or 2026-01-31T12:00:00Z", text -> {
            try {
                return text.contains("T")
                        ? Instant.parse(text)
                        : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
            } catch (DateTimeException e) {
                throw new IllegalArgumentException(e);
            }
        });
    }

    /** A size such as 512KiB, 8MiB or a plain number of bytes, from {@code min} to {@code max}, both included. */
    public static Setting<DataSize> size(String key, String about, DataSize min, DataSize max) {
        return of(key, about, "a size from " + min + " to " + max + " such as 512KiB, 8MiB", text -> {
            DataSize value = DataSize.parse(text);
            check(value.bytes() >= min.bytes() && value.bytes() <= max.bytes());
            return value;
        });
    }

    /** A path. The code that opens the path checks whether a file or directory exists there. */
    public static Setting<Path> path(String key, String about) {
        return of(key, about, "a path", text -> {
            try {
                return Path.of(text);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException(e);
            }
        });
    }

    /** One of an enum's constants, in upper or lower case, with - or _. */
    public static <E extends Enum<E>> Setting<E> choice(String key, String about, Class<E> type) {
        String names =
                Arrays.stream(type.getEnumConstants()).map(Setting::choiceName).collect(Collectors.joining(", "));
        return of(key, about, "one of " + names, text -> Arrays.stream(type.getEnumConstants())
                .filter(constant -> choiceName(constant)
                        .equals(text.toLowerCase(Locale.ROOT).replace('-', '_')))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new));
    }

    /** A secret text, which is never printed. */
    public static Setting<Secret> secret(String key, String about) {
        return new Setting<>(key, about, "a text that is not empty", Secret::new, null, true, true, null);
    }

    /** A list of at least one item, separated by commas. */
    public static <T> Setting<List<T>> list(Setting<T> item) {
        return of(item.key, item.about, "a list, separated by commas, each " + item.rule, text -> {
            List<T> items = Arrays.stream(text.split(","))
                    .map(String::strip)
                    .filter(part -> !part.isEmpty())
                    .map(item.parser::parse)
                    .toList();
            check(!items.isEmpty());
            return items;
        });
    }

    /** A copy of the setting with a default, given as text. */
    public Setting<T> withDefault(String text) {
        parser.parse(text);
        return new Setting<>(key, about, rule, parser, text, false, secret, deprecatedKey);
    }

    /** A copy of the setting that may be left out. */
    public Setting<T> optional() {
        return new Setting<>(key, about, rule, parser, null, false, secret, deprecatedKey);
    }

    /** A copy of the setting that also accepts its former key, with a warning that names the new key. */
    public Setting<T> formerly(String oldKey) {
        return new Setting<>(key, about, rule, parser, defaultText, required, secret, requireNonNull(oldKey, "oldKey"));
    }

    public String key() {
        return key;
    }

    /** The environment variable of the setting: FEATHERWIRE_BATCH_SIZE for batch.size. */
    public String environmentVariable() {
        return environmentVariable(key);
    }

    public String about() {
        return about;
    }

    /** The rule; it completes the sentence "must be …". */
    public String rule() {
        return rule;
    }

    public Optional<String> defaultText() {
        return Optional.ofNullable(defaultText);
    }

    /** The deprecated former key of the setting. */
    public Optional<String> deprecatedKey() {
        return Optional.ofNullable(deprecatedKey);
    }

    public boolean isRequired() {
        return required;
    }

    public boolean secret() {
        return secret;
    }

    T parse(String text) {
        check(!text.isEmpty());
        return parser.parse(text);
    }

    static String environmentVariable(String key) {
        return ENVIRONMENT_PREFIX
                + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static String choiceName(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static void check(boolean accepted) {
        if (!accepted) {
            throw new IllegalArgumentException("breaks the rule");
        }
    }
}
