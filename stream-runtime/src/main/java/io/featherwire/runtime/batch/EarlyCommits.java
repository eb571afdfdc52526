package io.featherwire.runtime.batch;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When a stream thread commits before the commit interval is over: under exactly-once, readers of committed records wait for a
 * commit, and a batch that was not full says that nothing else is waiting. Full batches leave it to the interval, since
 * commits would take from what the network needs then. One for all tasks of a thread: they share a transaction, so that a commit
 * that one of them asks for is a commit of all.
 */
final class EarlyCommits {

    /** At most so many in one commit interval. */
    private static final int PER_INTERVAL = 10;

    private final boolean transactional;
    private final long gapNanos;
    private final LongSupplier clock;
    private boolean owed;
    private long last;

    /**
     * @param transactional whether readers wait for commits at all
     * @param clock nanoseconds
     */
    EarlyCommits(boolean transactional, Duration commitInterval, LongSupplier clock) {
        this.transactional = transactional;
        this.gapNanos = commitInterval.toNanos() / PER_INTERVAL;
        this.clock = clock;
        this.last = clock.getAsLong() - gapNanos;
    }

    /** An outcome has been forwarded. */
    void forwarded(boolean inFullBatch) {
        owed |= transactional && !inFullBatch;
    }

    /** Called often: asks for what is owed, once it may. */
    void askIfOwed(Runnable commit) {
        if (owed && clock.getAsLong() - last >= gapNanos) {
            owed = false;
            last = clock.getAsLong();
            commit.run();
        }
    }
}
