package io.featherwire.runtime.batch;

/** Processing fails for a reason that no record is to blame for; the stream must stop. */
public final class BrokenStreamException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BrokenStreamException(String message, Throwable cause) {
        super(message, cause);
    }
}
