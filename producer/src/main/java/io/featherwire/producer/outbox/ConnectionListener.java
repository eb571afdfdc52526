package io.featherwire.producer.outbox;

/** Hears how the line is; called on the thread that sends. */
public interface ConnectionListener {

    /** The line is there, or is cut. */
    void onLine(boolean up);

    /** A transaction was committed. */
    void onSent(int frames, int gaps);

    /** Bytes that went over the line, both ways. */
    void onBytes(long bytes);
}
