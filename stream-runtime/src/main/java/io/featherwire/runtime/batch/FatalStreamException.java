package io.featherwire.runtime.batch;

/** Processing failed for a reason that is not in the records; the stream must stop. */
public final class FatalStreamException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public FatalStreamException(String message, Throwable cause) {
        super(message, cause);
    }
}
