package io.featherwire.runtime.config;

import java.util.Map;
import java.util.Properties;

/**
 * The settings under kafka.*, without this prefix. They are passed unchanged to Kafka's clients, for example for TLS,
 * SASL and tuning. Values may be secrets, so toString() only contains the keys.
 */
public record KafkaProperties(Map<String, String> values) {

    public KafkaProperties {
        values = Map.copyOf(values);
    }

    public static KafkaProperties empty() {
        return new KafkaProperties(Map.of());
    }

    /** Adds all settings; they override existing properties. */
    public void applyTo(Properties properties) {
        properties.putAll(values);
    }

    /** Adds all settings; they override existing properties. */
    public void applyTo(Map<String, Object> properties) {
        properties.putAll(values);
    }

    @Override
    public String toString() {
        return "KafkaProperties" + values.keySet().stream().sorted().toList();
    }
}
