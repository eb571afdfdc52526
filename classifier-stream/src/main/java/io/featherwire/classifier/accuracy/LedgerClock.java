package io.featherwire.classifier.accuracy;

/**
 * The clock of a ledger. It starts at the newest time in the store or at the machine's time, whichever is later, then
 * advances with the machine's clock, and never goes back. A machine whose clock is ahead therefore causes waiting
 * entries to be given up early, but only once: afterwards the ledger uses only time differences.
 */
final class LedgerClock {
    private long time = Long.MIN_VALUE;
    private long machine;
    private boolean started;

    /** Notes that the store has an entry of this time. */
    void advanceTo(long stored) {
        time = Math.max(time, stored);
    }

    /** The ledger's time when the machine's clock shows {@code now}, both in ms since 1970. */
    long correct(long now) {
        time = started ? time + Math.max(0, now - machine) : Math.max(time, now);
        machine = now;
        started = true;
        return time;
    }
}
