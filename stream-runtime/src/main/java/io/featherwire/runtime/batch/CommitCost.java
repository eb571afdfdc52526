package io.featherwire.runtime.batch;

/** The time that one stream thread spends on transactions; recorded by its producer, on the same thread. */
final class CommitCost {

    private long began;
    private boolean committing;
    private long ended;
    private long nanos;

    /** A transaction began, on the thread that will commit it. */
    void transactionBegins() {
        committing = false;
    }

    /** Records the start of a commit; only the first call counts, since offsets are sent before the transaction ends. */
    void begin(long now) {
        if (!committing) {
            committing = true;
            began = now;
        }
    }

    void end(long now) {
        if (committing) {
            committing = false;
            ended = now;
            nanos = now - began;
        }
    }

    /** End of the last commit, in the clock's nanoseconds. */
    long ended() {
        return ended;
    }

    /** Duration of the last commit on the thread, 0 before the first. */
    long nanos() {
        return nanos;
    }
}
