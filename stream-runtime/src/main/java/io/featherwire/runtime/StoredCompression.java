package io.featherwire.runtime;

/**
 * How the brokers store the records of a topic, whatever their writers compress them with for the way. A broker that stores records
 * uncompressed decompresses them as they come, and so refuses a record whose decompressed size exceeds {@code max.message.bytes}.
 * Otherwise a record of some kilobytes can take gigabytes of a reader's memory: Kafka's Java client allocates a record before any
 * other code sees it, and has no limit for it.
 */
public enum StoredCompression {
    /** Decompressed, so that the largest size is that of the records themselves. */
    UNCOMPRESSED,
    /** As the writer compressed them. */
    PRODUCER;

    /** The value of the topic's setting {@code compression.type}. */
    public String kafkaName() {
        return this == UNCOMPRESSED ? "uncompressed" : "producer";
    }
}
