package io.featherwire.lab.chaos;

/** Where the broker of a run lives; stopped and started again it keeps its port, topics and records. */
interface BrokerHost extends AutoCloseable {

    /** Host and port for {@code bootstrap.servers}. */
    String servers();

    /** Returns when it is up. */
    void start() throws InterruptedException;

    void stop();

    @Override
    default void close() {
        stop();
    }
}
