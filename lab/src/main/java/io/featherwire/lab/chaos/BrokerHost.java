package io.featherwire.lab.chaos;

/** Runs the broker of a chaos run. After a restart the broker has the same port, topics and records. */
interface BrokerHost extends AutoCloseable {

    /** The value for {@code bootstrap.servers}. */
    String servers();

    /** Starts the broker and returns when it is ready. */
    void start() throws InterruptedException;

    void stop();

    @Override
    default void close() {
        stop();
    }
}
