package io.featherwire.runtime.batch;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When a task commits before the commit interval is over: under exactly-once, readers of committed records wait for a
 * commit, and a batch that was not full says that nothing else is waiting. Full batches leave it to the interval, since
 * commits would take from what the network needs then.
 */
final class EarlyCommits {

    /** At most so many in one commit interval. */
    private static final int PER_INTERVAL = 10;

    private final boolean transactional;
    private final long gapNanos;
    private final Runnable commit;
    private final LongSupplier clock;
    private boolean owed;
    private long last;

    /**
     * @param transactional whether readers wait for commits at all
     * @param commit asks for one
     * @param clock nanoseconds
     */
    EarlyCommits(boolean transactional, Duration commitInterval, Runnable commit, LongSupplier clock) {
        this.transactional = transactional;
        this.gapNanos = commitInterval.toNanos() / PER_INTERVAL;
        this.commit = commit;
        this.clock = clock;
        this.last = clock.getAsLong() - gapNanos;
    }

    /** An outcome has been forwarded. */
    void forwarded(boolean inFullBatch) {
        owed |= transactional && !inFullBatch;
    }

    /** Called often: asks for what is owed, once it may. */
    void askIfOwed() {
        if (owed && clock.getAsLong() - last >= gapNanos) {
            owed = false;
            last = clock.getAsLong();
            commit.run();
        }
    }
}
