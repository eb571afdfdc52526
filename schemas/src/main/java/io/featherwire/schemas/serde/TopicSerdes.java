package io.featherwire.schemas.serde;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * The serdes of all topics under one configuration.
 *
 * <p>With {@code schema.registry.url} set, records are written in the Confluent-compatible framing (0, the schema's number in
 * four bytes, the Avro body); without, in Avro's single-object encoding. Either way both are read, distinguished by their first byte,
 * but the first needs the registry.
 */
public final class TopicSerdes {
    /** The configuration key that turns the registry on. */
    public static final String REGISTRY_URL = "schema.registry.url";

    private final @Nullable SchemaIds ids;

    private TopicSerdes(@Nullable SchemaIds ids) {
        this.ids = ids;
    }

    /**
     * Serdes under {@code config}, which may hold {@code schema.registry.url}, and {@code apicurio.registry.auth.username} and
     * {@code apicurio.registry.auth.password} for basic authentication at the registry. Keys of other prefixes are ignored.
     *
     * @throws IllegalArgumentException if the address is not a URL, or another key begins with {@code apicurio.registry.}
     */
    public static TopicSerdes of(Map<String, ?> config) {
        var url = requireNonNull(config, "config").get(REGISTRY_URL);
        // The registry's client is only loaded where it is used.
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
     * Registers the schema of one topic's values, so that they can be written; a schema that is registered already is not changed.
     *
     * <p>A new topic gets the rule FULL_TRANSITIVE: each version can read and be read by each other one, since sensors and consumers
     * are upgraded in no order. An operator's own rule stays.
     *
     * @return the schema's number
     * @throws SchemaRegistryException if the registry cannot be asked, or refuses the schema as incompatible
     * @throws IllegalStateException if no registry is configured
     */
    public int register(String topic, Class<? extends SpecificRecord> type) {
        if (ids == null) {
            throw new IllegalStateException("no registry: " + REGISTRY_URL + " is not set");
        }
        return ids.register(topic, SpecificData.get().getSchema(type));
    }
}
