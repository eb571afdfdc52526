package io.featherwire.producer.outbox;

/** What an outbox drops when it is full. */
public enum FullPolicy {
    /** Drops the oldest frames. */
    OLDEST,
    /** Drops arriving frames. */
    NEWEST,
    /** Keeps every second frame of each sensor, then every fourth, and so on until the outbox has been emptied. */
    THIN,
    /** Lowers the quality before it drops frames, if a bundle has several qualities. */
    COARSER;

    /** The reason in gap records. */
    String reason() {
        return "full-" + name().toLowerCase(java.util.Locale.ROOT);
    }
}
