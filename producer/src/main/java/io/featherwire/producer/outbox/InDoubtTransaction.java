package io.featherwire.producer.outbox;

/**
 * The newest transaction: all frames up to number {@code sequence}, the live frames from {@code liveFrom} to
 * {@code liveTo}, and all gaps up to {@code gap}. Until it is known whether Kafka committed it, its frames are neither
 * sent again nor dropped.
 */
record InDoubtTransaction(long sequence, long liveFrom, long liveTo, long gap) {

    /** This range, or a known one that reaches further; the later gap of both. */
    InDoubtTransaction max(InDoubtTransaction known) {
        InDoubtTransaction later = known.sequence > sequence ? known : this;
        return new InDoubtTransaction(later.sequence, later.liveFrom, later.liveTo, Math.max(gap, known.gap));
    }

    /** The SQL condition for the rows that this transaction does not cover. */
    String uncoveredRowsCondition() {
        return "seq > " + sequence + " AND NOT (seq BETWEEN " + liveFrom + " AND " + liveTo + ")";
    }
}
