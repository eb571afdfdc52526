package io.featherwire.runtime.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A list of settings that are read together, in the order of their documentation. One statement declares a setting and
 * adds it to the list:
 *
 * <pre>{@code
 * static final Setting<Integer> THREADS =
 *         SETTINGS.add(Setting.integer("threads", "Number of stream threads of the process.", 1, 256).withDefault("1"));
 * }</pre>
 *
 * and {@code values.get(THREADS)} is its value.
 */
public final class Settings {

    private final List<Setting<?>> settings = new ArrayList<>();

    /** Adds a setting and returns it. */
    public <T> Setting<T> add(Setting<T> setting) {
        if (settings.stream().anyMatch(other -> other.key().equals(setting.key()))) {
            throw new IllegalArgumentException(setting.key() + " is declared twice");
        }
        settings.add(setting);
        return setting;
    }

    /** Adds settings of another list. */
    public void addAll(List<Setting<?>> others) {
        others.forEach(this::add);
    }

    /**
     * All settings of the list.
     *
     * @param otherwise settings that replace those of the same key, for example with another default
     */
    public List<Setting<?>> list(Setting<?>... otherwise) {
        Map<String, Setting<?>> byKey =
                Arrays.stream(otherwise).collect(Collectors.toMap(Setting::key, Function.identity()));
        List<Setting<?>> listed = new ArrayList<>(settings);
        listed.replaceAll(setting -> byKey.getOrDefault(setting.key(), setting));
        return Collections.unmodifiableList(listed);
    }
}
