package io.featherwire.runtime.batch;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a stream thread commits before the end of the commit interval. Under exactly-once, read_committed
 * consumers wait for a commit. Therefore a commit is requested after a partial batch, if the available records do not
 * fill another batch. Early commits take at most a small share of the thread's time. Otherwise, on a machine that is
 * short of CPU time, each commit would take longer, the next batch would therefore be smaller, and so another early
 * commit would follow. All tasks of a thread share one object, since they share a transaction.
 */
final class EarlyCommits {

    /** The maximum number of early commits in one commit interval. */
    private static final int PER_INTERVAL = 10;

    /** After a commit, the thread does other work for at least this multiple of the commit's duration. */
    private static final int REST = 10;

    private final boolean transactional;
    private final long gapNanos;
    private final Supplier<@Nullable CommitCost> cost;
    private final LongSupplier clock;
    private boolean outstanding;
    private long requestedAt;

    /**
     * @param transactional whether consumers wait for commits, as under exactly-once
     * @param cost the cost of the calling thread's commits; null before the first transaction
     * @param clock a clock in nanoseconds
     */
    EarlyCommits(
            boolean transactional, Duration commitInterval, Supplier<@Nullable CommitCost> cost, LongSupplier clock) {
        this.transactional = transactional;
        this.gapNanos = commitInterval.toNanos() / PER_INTERVAL;
        this.cost = cost;
        this.clock = clock;
        this.requestedAt = clock.getAsLong() - gapNanos;
    }

    /** Notes that an outcome was forwarded; a commit is outstanding if its batch was not full. */
    void onForwarded(boolean inFullBatch) {
        outstanding |= transactional && !inFullBatch;
    }

    /**
     * Requests an outstanding commit if the budget allows it. Call this method often.
     *
     * @param backlog whether the available records fill another batch; frames then wait for the network, not for a
     *     commit
     * @param commit requests the commit
     */
    void requestIfDue(boolean backlog, Runnable commit) {
        if (!outstanding || backlog) {
            return;
        }
        long now = clock.getAsLong();
        if (now - requestedAt >= gapNanos && isWithinBudget(now)) {
            outstanding = false;
            requestedAt = now;
            commit.run();
        }
    }

    private boolean isWithinBudget(long now) {
        CommitCost ofThread = cost.get();
        return ofThread == null
                || ofThread.lastCommitNanos() == 0
                || now - ofThread.lastCommitEnd() >= REST * ofThread.lastCommitNanos();
    }
}
