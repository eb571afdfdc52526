package io.featherwire.schemas.serde;

import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/** Maps registered schemas to their numbers in a schema registry and back. */
interface SchemaIds {
    /**
     * The number under which {@code schema} is registered for the values of {@code topic}.
     *
     * @throws SchemaRegistryException if it is not registered, or the registry cannot be asked
     */
    int idOf(String topic, Schema schema);

    /**
     * The schema with the number {@code id}.
     *
     * @throws SerializationException if the registry knows no such number: the fault of the record that names it
     * @throws SchemaRegistryException if the registry cannot be asked: no record's fault
     */
    Schema schemaOf(int id);

    /**
     * Registers {@code schema} for the values of {@code topic}, under the rule that every version can read and be read by every other
     * (FULL_TRANSITIVE) unless the topic has a rule already.
     *
     * @throws SchemaRegistryException if the registry cannot be asked, or refuses the schema as incompatible
     */
    int register(String topic, Schema schema);
}
