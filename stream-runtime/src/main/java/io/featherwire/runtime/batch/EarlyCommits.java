package io.featherwire.runtime.batch;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * When a stream thread commits before the commit interval is over: under exactly-once, readers of committed records wait for a
 * commit, and it is worth one when a batch was not full and no other can be filled with what is ready. It takes at most a
 * small share of the thread's time: on a machine that is short of time each commit takes longer, and what commits took would be missing
 * for the next batch, which would be smaller for it. One for all tasks of a thread: they share a transaction, so that a commit
 * that one of them asks for is a commit of all.
 */
final class EarlyCommits {

    /** At most this many in one commit interval. */
    private static final int PER_INTERVAL = 10;

    /** After a commit the thread does other work for at least this many times as long as that commit took. */
    private static final int REST = 10;

    private final boolean transactional;
    private final long gapNanos;
    private final Supplier<@Nullable CommitCost> cost;
    private final LongSupplier clock;
    private boolean owed;
    private long asked;

    /**
     * @param transactional whether readers wait for commits at all
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
     * Called often: asks for what is owed, once it may.
     *
     * @param backlog whether what is ready fills another batch: then frames queue for the network, not for a commit
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
