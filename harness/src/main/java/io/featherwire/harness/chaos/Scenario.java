package io.featherwire.harness.chaos;

/** What goes wrong. */
public enum Scenario {
    /** kill -9 of compressor and classifier in turn, batches half full. */
    KILL,
    /** The broker is away for a while. */
    BROKER,
    /** Two instances of each become three, then one. */
    REBALANCE
}
