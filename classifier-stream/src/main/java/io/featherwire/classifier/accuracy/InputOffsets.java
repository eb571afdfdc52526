package io.featherwire.classifier.accuracy;

/** The newest offset that the ledger has processed, of one input topic. */
final class InputOffsets {

    private final long waitMs;
    private long newest = FrameEntry.NO_OFFSET;

    InputOffsets(long waitMs) {
        this.waitMs = waitMs;
    }

    void advanceTo(long offset) {
        newest = Math.max(newest, offset);
    }

    long newest() {
        return newest;
    }

    /**
     * Whether a record was processed before and its entry has expired, as in a replay after a long stop. The offset
     * alone does not show this: after a topic is recreated, recent records have small offsets.
     */
    boolean isExpiredReplay(InputPosition from, long now) {
        return from.offset() <= newest && from.timestamp() < now - waitMs;
    }
}
