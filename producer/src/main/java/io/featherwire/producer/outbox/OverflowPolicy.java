package io.featherwire.producer.outbox;

/** What an outbox drops when it is full. */
public enum OverflowPolicy {
    /** Drops the oldest frames. */
    OLDEST,
    /** Drops arriving frames. */
    NEWEST,
    /** Keeps every second frame of each sensor, then every fourth, and so on until the outbox has been emptied. */
    THIN,
    /**
     * Lowers the quality first: frames are encoded in fewer bytes while the outbox fills. A full outbox drops the
     * oldest frames.
     */
    COARSER;

    /** Whether the oldest stored frames are dropped for new ones. */
    boolean dropsOldest() {
        return this == OLDEST || this == COARSER;
    }

    /** The reason in gap records. */
    String reason() {
        return "full-" + name().toLowerCase(java.util.Locale.ROOT);
    }
}
