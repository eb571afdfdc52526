package io.featherwire.runtime.batch;

/** Processing failed for a reason that is not in the records; the stream must stop. */
public final class BrokenStreamException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BrokenStreamException(String message, Throwable cause) {
        super(message, cause);
    }
}
