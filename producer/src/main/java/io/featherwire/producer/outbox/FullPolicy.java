package io.featherwire.producer.outbox;

/** What an outbox at its cap gives up. */
public enum FullPolicy {
    /** Its oldest frames. */
    OLDEST,
    /** The frames that arrive. */
    NEWEST,
    /** All but every second frame of each sensor, then all but every fourth, and so on until it has been emptied. */
    THIN,
    /** Lowers the quality before it drops frames, if a bundle has several qualities. */
    COARSER;

    /** The reason in gap records. */
    String reason() {
        return "full-" + name().toLowerCase(java.util.Locale.ROOT);
    }
}
