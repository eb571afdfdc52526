package io.featherwire.schemas.serde;

import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/** Maps schemas to their ids in a schema registry, and ids to schemas. */
interface SchemaIds {
    /**
     * The id of a schema that is registered for the values of {@code topic}.
     *
     * @throws SchemaRegistryException if the schema is not registered, or the registry does not answer
     */
    int idOf(String topic, Schema schema);

    /**
     * The schema with this id.
     *
     * @throws SerializationException if the registry has no schema with this id; then the record that names the id is
     *     at fault
     * @throws SchemaRegistryException if the registry does not answer; then no record is at fault
     */
    Schema schemaOf(int id);

    /**
     * Registers a schema for the values of {@code topic}. If the topic has no compatibility rule yet, it gets
     * FULL_TRANSITIVE: every version can read the records of every other version.
     *
     * @return the schema's id
     *
     * @throws SchemaRegistryException if the registry does not answer, or refuses the schema as incompatible
     */
    int register(String topic, Schema schema);
}
