package io.featherwire.producer.outbox;

/** When stored frames are synced to disk. A killed process loses nothing under either policy. */
public enum SyncPolicy {
    /** At every write: a power failure loses no stored frame. */
    FULL,
    /** At checkpoints: a power failure may lose the last frames without a gap record, and never duplicates one. */
    NORMAL
}
