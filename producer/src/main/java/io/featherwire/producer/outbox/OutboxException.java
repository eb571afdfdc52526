package io.featherwire.producer.outbox;

/** The outbox on the disk cannot be used; the message says why and what to do. */
public final class OutboxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OutboxException(String message, Throwable cause) {
        super(message, cause);
    }

    OutboxException(String message) {
        super(message);
    }

    /** Whether the disk is full, so that trying again may help. */
    public boolean isDiskFull() {
        return OutboxFile.isFull(this);
    }
}
