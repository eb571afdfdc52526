package io.featherwire.runtime.batch;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a stream thread commits before the end of the commit interval. Under exactly-once, read_committed
 * consumers wait for a commit, so one is requested after a partial batch if the available records do not fill another.
 * Early commits use at most a small share of the thread's time: on a machine short of CPU time each commit takes
 * longer, the next batch would have less time and would be smaller, and a loop would begin. One object serves all tasks
 * of a thread, since they share a transaction.
 */
final class EarlyCommits {

    /** Maximum number in one commit interval. */
    private static final int PER_INTERVAL = 10;

    /** After a commit the thread does other work for at least this multiple of the commit's duration. */
    private static final int REST = 10;

    private final boolean transactional;
    private final long gapNanos;
    private final Supplier<@Nullable CommitCost> cost;
    private final LongSupplier clock;
    private boolean owed;
    private long asked;

    /**
     * @param transactional whether consumers wait for commits
     * @param cost of the calling thread's commits, null before the first transaction
     * @param clock nanoseconds
     */
    EarlyCommits(
            boolean transactional, Duration commitInterval, Supplier<@Nullable CommitCost> cost, LongSupplier clock) {
        this.transactional = transactional;
        this.gapNanos = commitInterval.toNanos() / PER_INTERVAL;
        this.cost = cost;
        this.clock = clock;
        this.asked = clock.getAsLong() - gapNanos;
    }

    /** An outcome has been forwarded. */
    void forwarded(boolean inFullBatch) {
        owed |= transactional && !inFullBatch;
    }

    /**
     * Called often: requests an outstanding commit as soon as the budget allows it.
     *
     * @param backlog whether the available records fill another batch: then frames wait for the network, not for a
     *     commit
     */
    void askIfOwed(boolean backlog, Runnable commit) {
        if (!owed || backlog) {
            return;
        }
        long now = clock.getAsLong();
        if (now - asked >= gapNanos && rested(now)) {
            owed = false;
            asked = now;
            commit.run();
        }
    }

    private boolean rested(long now) {
        CommitCost ofThread = cost.get();
        return ofThread == null || ofThread.nanos() == 0 || now - ofThread.ended() >= REST * ofThread.nanos();
    }
}
