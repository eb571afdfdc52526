package io.featherwire.runtime;

/**
 * How the brokers store the records of a topic, independent of the compression that producers use. A broker that stores
 * records uncompressed decompresses them on arrival, so it refuses a record whose decompressed size exceeds {@code
 * max.message.bytes}. A broker that stores them compressed accepts a record of some kilobytes that takes gigabytes of a
 * reader's memory: Kafka's Java client decompresses a whole record, without a limit, before other code can check it.
 */
public enum StoredCompression {
    /** Records are stored decompressed, so {@code max.message.bytes} limits their decompressed size. */
    UNCOMPRESSED,
    /** Records are stored as the producer compressed them. */
    PRODUCER;

    /** The value of the topic configuration {@code compression.type}. */
    public String kafkaName() {
        return this == UNCOMPRESSED ? "uncompressed" : "producer";
    }
}
