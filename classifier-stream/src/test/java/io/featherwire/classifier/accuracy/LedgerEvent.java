package io.featherwire.classifier.accuracy;

/** One step of a test's history; frames and classes are small numbers so that they meet often. */
sealed interface LedgerEvent {
    /** A features record of a frame was classified. */
    record Predicted(int frame, int classIndex, int bundle, boolean audited) implements LedgerEvent {}

    /** A label was read. */
    record Labelled(int frame, int classIndex) implements LedgerEvent {}

    /** Time goes on, and the ledger may expire what is old. */
    record Tick(long ms) implements LedgerEvent {}
}
