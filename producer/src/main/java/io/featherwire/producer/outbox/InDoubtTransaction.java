package io.featherwire.producer.outbox;

/**
 * The newest transaction: all frames up to number {@code sequence}, the live frames from {@code liveFrom} to
 * {@code liveTo}, and all gaps up to {@code gap}. Until it is known whether Kafka committed it, its frames are neither
 * sent again nor dropped.
 */
record InDoubtTransaction(long sequence, long liveFrom, long liveTo, long gap) {

    /** The SQL condition for the rows that this transaction does not cover. */
    String uncoveredRowsCondition() {
        return "seq > " + sequence + " AND NOT (seq BETWEEN " + liveFrom + " AND " + liveTo + ")";
    }
}
