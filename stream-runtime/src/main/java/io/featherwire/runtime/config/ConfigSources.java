package io.featherwire.runtime.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sources of configuration. Flags override environment variables, and environment variables override the file. Each
 * {@link Setting} has its own default.
 */
public final class ConfigSources {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigSources.class);
    private static final String KAFKA = "kafka.";
    private static final String KAFKA_ENVIRONMENT = Setting.environmentVariable(KAFKA);

    /**
     * A value of a setting.
     *
     * @param source the flag, the environment variable, or the key and the file that it comes from
     */
    private record Found(String text, String source) {}

    private final Map<String, String> flags;
    private final Map<String, String> flagNames;
    private final Map<String, String> environment;
    private final Map<String, String> file;
    private final String fileName;

    private ConfigSources(
            Map<String, String> flags,
            Map<String, String> flagNames,
            Map<String, String> environment,
            Map<String, String> file,
            String fileName) {
        this.flags = Map.copyOf(flags);
        this.flagNames = Map.copyOf(flagNames);
        this.environment = Map.copyOf(environment);
        this.file = Map.copyOf(file);
        this.fileName = fileName;
    }

    /**
     * Combines three sources.
     *
     * @param flags values by dotted key
     * @param file a properties file in UTF-8; null for none
     */
    public static ConfigSources of(Map<String, String> flags, Map<String, String> environment, @Nullable Path file) {
        return new ConfigSources(
                flags, Map.of(), environment, file == null ? Map.of() : load(file), String.valueOf(file));
    }

    /** Sources with flags only, for a program that embeds an app and must not depend on the environment. */
    public static ConfigSources of(Map<String, String> flags) {
        return of(flags, Map.of(), null);
    }

    /** A copy of these sources with additional flags, which override the flags of the same key. */
    public ConfigSources with(Map<String, String> moreFlags) {
        Map<String, String> merged = new TreeMap<>(flags);
        merged.putAll(moreFlags);
        return new ConfigSources(merged, flagNames, environment, file, fileName);
    }

    /**
     * A copy of these sources whose messages name flags as the user wrote them.
     *
     * @param names what the user wrote, such as {@code --batch-size} or {@code --set batch.size}, by the flag's key
     */
    public ConfigSources withFlagNames(Map<String, String> names) {
        return new ConfigSources(flags, names, environment, file, fileName);
    }

    /** Whether any source has a value for a setting. */
    public boolean has(Setting<?> setting) {
        return find(setting) != null;
    }

    /**
     * Rejects settings that are given as flags, for a command whose settings exclude each other.
     *
     * @throws ConfigException if any is given; it lists each of them
     */
    public void reject(List<Setting<?>> settings, String rule, String remedy) {
        List<ConfigException.Problem> problems = settings.stream()
                .flatMap(setting -> Stream.concat(Stream.of(setting.key()), setting.deprecatedKey().stream()))
                .filter(flags::containsKey)
                .map(key -> new ConfigException.Problem(key, "given (" + flagName(key) + ")", rule, remedy))
                .toList();
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    /**
     * Reads and validates all settings of an app.
     *
     * @throws ConfigException if a setting is invalid, missing or unknown; it lists every problem. Unknown environment
     *     variables are ignored, since several apps may share an environment
     */
    public SettingValues read(List<Setting<?>> settings) {
        List<ConfigException.Problem> problems = new ArrayList<>();
        Map<String, Object> values = new TreeMap<>();
        for (Setting<?> setting : settings) {
            Found found = find(setting);
            warnIfDeprecated(setting);
            if (found != null || setting.defaultText().isPresent()) {
                read(
                        setting,
                        found == null ? new Found(setting.defaultText().get(), "default") : found,
                        values,
                        problems);
            } else if (setting.isRequired()) {
                problems.add(new ConfigException.Problem(setting.key(), "not set", setting.rule(), remedy(setting)));
            }
        }
        rejectUnknownKeys(settings, problems);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return new SettingValues(values, kafkaProperties());
    }

    private static void read(
            Setting<?> setting, Found found, Map<String, Object> values, List<ConfigException.Problem> problems) {
        try {
            values.put(setting.key(), setting.parse(found.text.strip()));
        } catch (IllegalArgumentException | ArithmeticException e) {
            String shown = setting.secret() ? "the given secret" : "\"" + found.text + "\"";
            problems.add(new ConfigException.Problem(
                    setting.key(), shown + " (" + found.source + ")", setting.rule(), "correct " + found.source));
        }
    }

    private void rejectUnknownKeys(List<Setting<?>> settings, List<ConfigException.Problem> problems) {
        Set<String> known = settings.stream().map(Setting::key).collect(Collectors.toSet());
        settings.forEach(setting -> setting.deprecatedKey().ifPresent(known::add));
        Set<String> given = new TreeSet<>(flags.keySet());
        given.addAll(file.keySet());
        for (String key : given) {
            if (!known.contains(key) && !key.startsWith(KAFKA)) {
                String source = flags.containsKey(key) ? flagName(key) : "in " + fileName;
                problems.add(new ConfigException.Problem(
                        key,
                        "unknown (" + source + ")",
                        "a setting of this command",
                        "the nearest is " + nearest(key, known)));
            }
        }
    }

    private @Nullable Found find(Setting<?> setting) {
        Found found = find(setting.key());
        String deprecated = setting.deprecatedKey().orElse(null);
        if (found != null || deprecated == null) {
            return found;
        }
        return find(deprecated);
    }

    private void warnIfDeprecated(Setting<?> setting) {
        String deprecated = setting.deprecatedKey().orElse(null);
        if (deprecated != null && find(setting.key()) == null && find(deprecated) != null) {
            LOG.warn("setting {} is deprecated, use {} ({})", deprecated, setting.key(), setting.environmentVariable());
        }
    }

    private @Nullable Found find(String key) {
        if (flags.containsKey(key)) {
            return new Found(flags.get(key), flagName(key));
        }
        String variable = Setting.environmentVariable(key);
        // Compose files pass an unset variable as an empty one.
        String set = environment.getOrDefault(variable, "");
        if (!set.isBlank()) {
            return new Found(set, variable);
        }
        return file.containsKey(key) ? new Found(file.get(key), key + " in " + fileName) : null;
    }

    private String flagName(String key) {
        return flagNames.getOrDefault(key, "the flag " + key);
    }

    private KafkaProperties kafkaProperties() {
        Map<String, String> merged = new TreeMap<>();
        file.forEach((key, value) -> putKafka(merged, key, value));
        environment.forEach((variable, value) -> {
            if (variable.startsWith(KAFKA_ENVIRONMENT) && !value.isBlank()) {
                String rest = variable.substring(KAFKA_ENVIRONMENT.length());
                merged.put(rest.toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        flags.forEach((key, value) -> putKafka(merged, key, value));
        return new KafkaProperties(merged);
    }

    private static void putKafka(Map<String, String> merged, String key, String value) {
        if (key.startsWith(KAFKA)) {
            merged.put(key.substring(KAFKA.length()), value);
        }
    }

    private static String remedy(Setting<?> setting) {
        return "set " + setting.environmentVariable() + " or --set " + setting.key() + "=…";
    }

    private static String nearest(String key, Set<String> known) {
        return known.stream()
                .min((a, b) -> Integer.compare(distance(key, a), distance(key, b)))
                .orElse("none");
    }

    /** The Levenshtein distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    private static Map<String, String> load(Path path) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path, UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException(
                    "config",
                    path + " (" + e.getClass().getSimpleName() + ")",
                    "a readable properties file",
                    "check the path");
        }
        Map<String, String> texts = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> texts.put(key, properties.getProperty(key)));
        return texts;
    }
}
