package io.featherwire.producer.outbox;

import java.util.concurrent.ThreadLocalRandom;

/** The wait before the next connection attempt: exponential, bounded and with jitter. */
final class Backoff {

    private static final long FIRST_MS = 200;
    private static final long MOST_MS = 2_000;

    private long next = FIRST_MS;

    /** The next wait, in milliseconds: random, between half of the current wait and all of it. */
    long nextMillis() {
        long due = next;
        next = Math.min(MOST_MS, next * 2);
        return due / 2 + ThreadLocalRandom.current().nextLong(due / 2 + 1);
    }

    void reset() {
        next = FIRST_MS;
    }
}
