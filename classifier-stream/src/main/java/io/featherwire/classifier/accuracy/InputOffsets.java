package io.featherwire.classifier.accuracy;

/** The newest offset of an input topic that the ledger has counted. */
final class InputOffsets {

    private final long waitMs;
    private long newest = FrameEntry.NO_OFFSET;

    InputOffsets(long waitMs) {
        this.waitMs = waitMs;
    }

    void take(long offset) {
        newest = Math.max(newest, offset);
    }

    long newest() {
        return newest;
    }

    /**
     * Whether a record was counted before but its entry has expired: a replay after a long stop. The offset alone does
     * not suffice, since a recreated topic restarts at 0, but with recent records.
     */
    boolean forgotten(InputPosition from, long now) {
        return from.offset() <= newest && from.timestamp() < now - waitMs;
    }
}
