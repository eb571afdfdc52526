package io.featherwire.producer.outbox;

import java.util.concurrent.ExecutionException;

/** The system to which an outbox is sent. {@code toString} returns its address. */
interface Destination {

    /**
     * Checks that the system accepts connections.
     *
     * @throws org.apache.kafka.common.KafkaException if it does not
     */
    void requireReachable();

    /**
     * Connects, and resolves the transaction in doubt.
     *
     * @throws DuplicateDeviceException if another outbox or process sends as this device
     * @throws org.apache.kafka.common.KafkaException if the connection is lost
     */
    OutboxConnection connect(Outbox outbox, DeviceClaim claim) throws ExecutionException, InterruptedException;

    /** Whether rows are stored only together with a position record. */
    boolean isTransactional();
}
