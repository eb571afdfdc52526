package io.featherwire.producer.outbox;

import io.featherwire.producer.outbox.OutboxBatch.Row;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** One connection of an outbox with where it is sent to. Used by one thread; after any exception it can only be closed. */
interface OutboxLine extends AutoCloseable {

    /**
     * Sends a batch and removes it from the outbox.
     *
     * @return rows that are refused for what they are; nothing was sent then
     * @throws org.apache.kafka.common.KafkaException if the line is cut
     */
    List<Row> send(OutboxBatch batch) throws ExecutionException, InterruptedException;

    /** Bytes that went out and came in since the last call. */
    long takeBytes();

    /** Most bytes that a batch may have. */
    default long mostBytes() {
        return Long.MAX_VALUE;
    }

    /** Whether what is sent is known to arrive: the line is up. */
    boolean isHeard();

    /** Whether this process is known on the other side as the one that sends as its device. */
    boolean isClaimed();

    @Override
    void close();
}
