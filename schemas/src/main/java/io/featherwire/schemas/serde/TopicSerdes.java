package io.featherwire.schemas.serde;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Makes the serdes of all topics from one configuration.
 *
 * <p>If {@code schema.registry.url} is set, records are written in the Confluent-compatible wire format (a zero byte,
 * the schema's id in four bytes, the Avro body); otherwise in Avro's single-object encoding. A reader distinguishes
 * these two formats by the first byte and reads both, but the Confluent-compatible format only if the registry is
 * configured.
 */
public final class TopicSerdes {
    /** The configuration key of the registry's address. */
    public static final String REGISTRY_URL = "schema.registry.url";

    private final @Nullable SchemaIds ids;

    private TopicSerdes(@Nullable SchemaIds ids) {
        this.ids = ids;
    }

    /**
     * Serdes for a configuration, which may have {@code schema.registry.url}, and {@code
     * apicurio.registry.auth.username} and {@code apicurio.registry.auth.password} for basic authentication at the
     * registry. Other keys are ignored, unless they begin with {@code apicurio.registry.}.
     *
     * @throws IllegalArgumentException if the address is not a URL, or another key begins with {@code apicurio.registry.}
     */
    public static TopicSerdes of(Map<String, ?> config) {
        var url = requireNonNull(config, "config").get(REGISTRY_URL);
        // The classes of the registry's client are loaded only if a registry is configured.
        return new TopicSerdes(url == null || url.toString().isBlank() ? null : RegistrySchemaIds.connect(config));
    }

    /** Serdes without a registry. */
    public static TopicSerdes withoutRegistry() {
        return new TopicSerdes(null);
    }

    /** The serde of one topic's values. */
    public <T extends SpecificRecord> AvroSerde<T> of(String topic, Class<T> type) {
        return AvroSerde.of(requireNonNull(topic, "topic"), type, ids);
    }

    /**
     * Registers the schema of one topic's values, which is necessary before they can be written. A schema that is
     * registered already is not changed.
     *
     * <p>A new topic gets the compatibility rule FULL_TRANSITIVE: each version can read the records of each other
     * version, since sensors and consumers are upgraded in any order. An operator's own rule stays.
     *
     * @return the schema's id
     * @throws SchemaRegistryException if the registry does not answer, or refuses the schema as incompatible
     * @throws IllegalStateException if no registry is configured
     */
    public int register(String topic, Class<? extends SpecificRecord> type) {
        if (ids == null) {
            throw new IllegalStateException("no registry: " + REGISTRY_URL + " is not set");
        }
        return ids.register(topic, SpecificData.get().getSchema(type));
    }
}
