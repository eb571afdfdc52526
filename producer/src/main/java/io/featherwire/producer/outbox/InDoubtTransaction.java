package io.featherwire.producer.outbox;

/**
 * The newest transaction: all up to {@code sequence}, those from {@code liveFrom} to {@code liveTo}, and all gaps up to
 * {@code gap}. Until it is known whether Kafka committed it, its frames are neither sent again nor dropped.
 */
record InDoubtTransaction(long sequence, long liveFrom, long liveTo, long gap) {

    /** SQL condition for the rows that it does not cover. */
    String uncovered() {
        return "seq > " + sequence + " AND NOT (seq BETWEEN " + liveFrom + " AND " + liveTo + ")";
    }
}
