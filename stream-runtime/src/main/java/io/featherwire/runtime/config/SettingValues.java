package io.featherwire.runtime.config;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** The validated values of an app's settings, and the settings that are passed unchanged to Kafka's clients. */
public final class SettingValues {

    private final Map<String, Object> values;
    private final KafkaProperties kafka;

    SettingValues(Map<String, Object> values, KafkaProperties kafka) {
        this.values = Map.copyOf(values);
        this.kafka = kafka;
    }

    /**
     * The value of a setting that is required or has a default.
     *
     * @throws IllegalStateException if the setting was not read
     */
    public <T> T get(Setting<T> setting) {
        return find(setting)
                .orElseThrow(() -> new IllegalStateException(setting.key() + " is not a setting of this command"));
    }

    /** The value of an optional setting; empty if it was left out. */
    @SuppressWarnings("unchecked") // ConfigSources puts values of this setting's own parser
    public <T> Optional<T> find(Setting<T> setting) {
        return Optional.ofNullable((T) values.get(setting.key()));
    }

    public KafkaProperties kafka() {
        return kafka;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SettingValues those && values.equals(those.values) && kafka.equals(those.kafka);
    }

    @Override
    public int hashCode() {
        return Objects.hash(values, kafka);
    }

    @Override
    public String toString() {
        return "Values" + new TreeMap<>(values) + kafka;
    }
}
