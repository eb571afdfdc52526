package io.featherwire.classifier.accuracy;

/**
 * The clock of a ledger. It advances with the machine's clock but never goes back, and continues from the newest time
 * in the store. A machine whose clock is ahead therefore causes waiting entries to be given up early, once; afterwards
 * windows and expiry proceed at the right pace, since only time differences are used.
 */
final class LedgerClock {
    private long time = Long.MIN_VALUE;
    private long machine;
    private boolean started;

    /** Records that the store has an entry of this time. */
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
