package io.featherwire.classifier.accuracy;

/**
 * The time by which a ledger counts. It moves as the clock of the machine does, but never back, and it goes on from what the store
 * already holds. So a machine whose clock is ahead makes what waits be given up early, once; after it, windows and the forgetting of
 * old frames go on at the right pace, however far ahead it was, since only differences of this time are ever used.
 */
final class LedgerClock {
    private long time = Long.MIN_VALUE;
    private long machine;
    private boolean started;

    /** Something in the store was counted at this time. */
    void passed(long stored) {
        time = Math.max(time, stored);
    }

    /** The ledger's time when the clock of the machine shows {@code now}, both in ms. */
    long at(long now) {
        time = started ? time + Math.max(0, now - machine) : Math.max(time, now);
        machine = now;
        started = true;
        return time;
    }
}
