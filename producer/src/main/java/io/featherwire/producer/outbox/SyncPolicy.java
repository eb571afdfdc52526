package io.featherwire.producer.outbox;

/** When frames that were stored are forced to the disk. A killed process loses nothing under either. */
public enum SyncPolicy {
    /** Each time frames are stored: a power cut loses nothing that was stored. */
    FULL,
    /** Now and then: a power cut may lose the last frames, undeclared, and never doubles one. */
    NORMAL
}
