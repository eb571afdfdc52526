package io.featherwire.runtime.config;

import java.util.Map;
import java.util.Properties;

/**
 * Everything given under kafka.*, without that prefix, for Kafka's clients: TLS, SASL and tuning need no code of ours.
 * Values may be secrets, so that toString() names only the keys.
 */
public record KafkaProperties(Map<String, String> values) {

    public KafkaProperties {
        values = Map.copyOf(values);
    }

    public static KafkaProperties none() {
        return new KafkaProperties(Map.of());
    }

    /** Sets all of them, overriding existing ones. */
    public void applyTo(Properties properties) {
        properties.putAll(values);
    }

    /** Sets them all on top of what is there. */
    public void applyTo(Map<String, Object> properties) {
        properties.putAll(values);
    }

    @Override
    public String toString() {
        return "KafkaProperties" + values.keySet().stream().sorted().toList();
    }
}
