package io.featherwire.producer.outbox;

import java.util.concurrent.ExecutionException;

/** Where an outbox is sent to; its text is the address. */
interface Destination {

    /** @throws org.apache.kafka.common.KafkaException if nothing listens there */
    void requireReachable();

    /**
     * Connects, and resolves the transaction in doubt.
     *
     * @throws DuplicateDeviceException if another outbox or process sends as this device
     * @throws org.apache.kafka.common.KafkaException if the connection is lost
     */
    OutboxLine connect(Outbox outbox, DeviceClaim claim) throws ExecutionException, InterruptedException;

    /** Whether rows are stored only together with a position record. */
    boolean isTransactional();
}
