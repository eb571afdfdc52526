package io.featherwire.runtime.batch;

/** Measures the time that one stream thread spends on commits. The thread's producer records it, on the same thread. */
final class CommitCost {

    private long began;
    private boolean committing;
    private long ended;
    private long nanos;

    /** Records the start of a transaction. */
    void onTransactionBegin() {
        committing = false;
    }

    /**
     * Records the start of a commit. A commit first sends the offsets and then ends the transaction; only the first
     * call counts.
     */
    void onCommitBegin(long now) {
        if (!committing) {
            committing = true;
            began = now;
        }
    }

    void onCommitEnd(long now) {
        if (committing) {
            committing = false;
            ended = now;
            nanos = now - began;
        }
    }

    /** The end of the last commit, in nanoseconds of {@link System#nanoTime}. */
    long lastCommitEnd() {
        return ended;
    }

    /** The duration of the last commit in nanoseconds; 0 before the first commit. */
    long lastCommitNanos() {
        return nanos;
    }
}
