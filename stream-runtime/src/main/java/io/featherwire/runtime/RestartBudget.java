package io.featherwire.runtime;

import java.time.Duration;
import java.util.ArrayDeque;

/** Limits the number of restarts within a period, so that a stream that fails repeatedly stops and is noticed. */
final class RestartBudget {

    private final int most;
    private final long withinNanos;
    private final ArrayDeque<Long> taken = new ArrayDeque<>();

    RestartBudget(int max, Duration within) {
        this.most = max;
        this.withinNanos = within.toNanos();
    }

    /**
     * Uses one restart.
     *
     * @param nanos the current time, in nanoseconds
     * @return whether a restart was left
     */
    synchronized boolean tryUse(long nanos) {
        while (!taken.isEmpty() && nanos - taken.element() > withinNanos) {
            taken.remove();
        }
        return taken.size() < most && taken.add(nanos);
    }
}
