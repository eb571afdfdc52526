package io.featherwire.producer.outbox;

/** Receives the state of the connection, on the sending thread. */
public interface ConnectionListener {

    /** The connection was established or lost. */
    void onConnectionChange(boolean up);

    /** A transaction was committed. */
    void onSent(int frames, int gaps);

    /** These bytes were sent or received since the last call. */
    void onBytes(long bytes);
}
