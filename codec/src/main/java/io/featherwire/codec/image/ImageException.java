package io.featherwire.codec.image;

/** Thrown if an image cannot be used because of its content. */
public final class ImageException extends Exception {

    /** The reason of the rejection. The names are stable: metric tags and dead letters use them. */
    public enum Reason {
        EMPTY,
        TOO_MANY_BYTES,
        TOO_MANY_PIXELS,
        TOO_MUCH_MEMORY,
        TOO_MANY_SCANS,
        TOO_SLOW,
        UNKNOWN_FORMAT,
        WRONG_LENGTH,
        TRUNCATED,
        CORRUPT,
        UNSUPPORTED
    }

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public ImageException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public ImageException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
