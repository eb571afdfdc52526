package io.featherwire.producer.outbox;

import java.util.function.LongSupplier;

/**
 * How long an outbox has existed, in milliseconds. A wall clock that is set while the process runs does not move it; while no
 * process runs, the wall clock is all there is, and only its way forward counts.
 */
final class OutboxClock {

    private final LongSupplier nanos;
    private final LongSupplier wall;
    private final long startNanos;
    private final long startAge;

    /**
     * @param age that the last process left behind
     * @param leftAt wall-clock time at which it did; 0 if there was none
     * @param wall milliseconds since 1970
     */
    OutboxClock(long age, long leftAt, LongSupplier nanos, LongSupplier wall) {
        this.nanos = nanos;
        this.wall = wall;
        this.startNanos = nanos.getAsLong();
        this.startAge = age + (leftAt == 0 ? 0 : Math.max(0, wall.getAsLong() - leftAt));
    }

    long age() {
        return startAge + (nanos.getAsLong() - startNanos) / 1_000_000;
    }

    long wallTime() {
        return wall.getAsLong();
    }
}
