package io.featherwire.codec.payload;

/** Thrown if a payload cannot be read because of its content. */
public final class PayloadException extends Exception {

    /** The reason of the rejection. The names are stable: metric tags and dead letters use them. */
    public enum Reason {
        /** The payload has no bytes. */
        EMPTY,
        /** The version or mode is not known to this reader. */
        UNKNOWN_VERSION,
        /** The payload is longer or shorter than its mode and the code's shape require. */
        WRONG_LENGTH,
        /** The mode has no symbols, but symbols were requested. */
        WRONG_MODE,
        /** The bundle has no tables for the mode. */
        NO_TABLES,
        /** No encoder writes these bytes. */
        CORRUPT,
        /** The checksum does not match. */
        CHECK_FAILED
    }

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public PayloadException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
