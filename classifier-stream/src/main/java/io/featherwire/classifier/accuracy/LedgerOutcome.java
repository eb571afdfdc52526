package io.featherwire.classifier.accuracy;

/** The outcome of one classification or label in the ledger. */
public enum LedgerOutcome {
    /** A new frame without a label. */
    CLASSIFIED,
    /** The frame has now both a classification and a label. */
    MATCHED,
    /** A label that replaced an earlier label; the last label counts. */
    CORRECTED,
    /** A label that waits for its frame's classification. */
    EARLY,
    /** A label that arrived after its frame had been given up. */
    LATE,
    /** A replay or a duplicate, which changes no count. */
    DUPLICATE,
    /** A label that is not a class of any head of the frame, which changes no count. */
    UNKNOWN_LABEL
}
