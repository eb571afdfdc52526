package io.featherwire.producer.outbox;

import io.featherwire.producer.outbox.OutboxBatch.Row;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * One connection of an outbox to its {@link Destination}. Used by one thread. After any exception the connection can
 * only be closed.
 */
interface OutboxConnection extends AutoCloseable {

    /**
     * Sends a batch and removes it from the outbox.
     *
     * @return rows that the destination rejects as too large; if there are any, the whole batch stays in the outbox
     * @throws org.apache.kafka.common.KafkaException if the connection is lost
     */
    List<Row> send(OutboxBatch batch) throws ExecutionException, InterruptedException;

    /** Bytes that were sent and received since the last call. */
    long takeByteCount();

    /** Maximum size of a batch, in bytes. */
    default long mostBytes() {
        return Long.MAX_VALUE;
    }

    /** Whether records are known to reach Kafka over this connection, so that it counts as up. */
    boolean isConfirmed();

    /** Whether a position record of this process is known to be stored, so that the process holds the device's id. */
    boolean isClaimed();

    @Override
    void close();
}
