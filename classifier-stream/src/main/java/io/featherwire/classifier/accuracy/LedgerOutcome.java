package io.featherwire.classifier.accuracy;

/** The outcome of one record in the ledger. */
public enum LedgerOutcome {
    /** A new frame, without a label so far. */
    CLASSIFIED,
    /** The frame now has both a classification and a label. */
    MATCHED,
    /** A label that replaced an earlier one; the last one counts. */
    CORRECTED,
    /** A label that waits for its frame's classification. */
    EARLY,
    /** A label that arrived after its frame had been given up. */
    LATE,
    /** A replay or a duplicate: changes no count. */
    DUPLICATE,
    /** A label that is not a class of the frame's bundle: changes no count. */
    UNKNOWN_LABEL
}
