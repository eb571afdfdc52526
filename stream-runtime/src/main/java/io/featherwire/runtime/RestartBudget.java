package io.featherwire.runtime;

import java.time.Duration;
import java.util.ArrayDeque;

/** So many second chances within a time, and no more: what fails again and again must stop and be seen. */
final class RestartBudget {

    private final int most;
    private final long withinNanos;
    private final ArrayDeque<Long> taken = new ArrayDeque<>();

    RestartBudget(int most, Duration within) {
        this.most = most;
        this.withinNanos = within.toNanos();
    }

    /** Takes one, if there is one left at this time. */
    synchronized boolean take(long nanos) {
        while (!taken.isEmpty() && nanos - taken.element() > withinNanos) {
            taken.remove();
        }
        return taken.size() < most && taken.add(nanos);
    }
}
