package io.featherwire.producer.outbox;

/** What an outbox drops when it is full. */
public enum OverflowPolicy {
    /** Drops the oldest frames. */
    OLDEST,
    /** Drops arriving frames. */
    NEWEST,
    /** Keeps every second frame of each sensor, then every fourth, and so on until the outbox has been emptied. */
    THIN,
    /** Quality first: while it fills, frames are encoded in fewer bytes; where that does not suffice, its oldest frames. */
    COARSER;

    /** Whether stored frames make room for new ones, oldest first. */
    boolean dropsOldest() {
        return this == OLDEST || this == COARSER;
    }

    /** The reason in gap records. */
    String reason() {
        return "full-" + name().toLowerCase(java.util.Locale.ROOT);
    }
}
