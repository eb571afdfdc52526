package io.featherwire.runtime;

import java.time.Duration;
import java.util.ArrayDeque;

/** A limited number of restarts within a period: a stream that fails repeatedly must stop and be noticed. */
final class RestartBudget {

    private final int most;
    private final long withinNanos;
    private final ArrayDeque<Long> taken = new ArrayDeque<>();

    RestartBudget(int most, Duration within) {
        this.most = most;
        this.withinNanos = within.toNanos();
    }

    /** Uses one restart, if one is left at this time. */
    synchronized boolean take(long nanos) {
        while (!taken.isEmpty() && nanos - taken.element() > withinNanos) {
            taken.remove();
        }
        return taken.size() < most && taken.add(nanos);
    }
}
