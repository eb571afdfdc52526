package io.featherwire.codec.payload;

/** A payload that cannot be read, by its own fault. */
public final class PayloadException extends Exception {

    /** Why a payload was refused; stable names, used as metric tags and dead-letter reasons. */
    public enum Reason {
        /** No bytes at all. */
        EMPTY,
        /** A version or mode that this reader does not know. */
        UNKNOWN_VERSION,
        /** Longer or shorter than mode and shape demand. */
        WRONG_LENGTH,
        /** A mode that has no symbols, where symbols were asked for. */
        WRONG_MODE,
        /** A mode that the bundle has no tables for. */
        NO_TABLES,
        /** Bytes that no writer makes. */
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
