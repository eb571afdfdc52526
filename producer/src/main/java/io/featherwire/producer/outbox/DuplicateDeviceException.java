package io.featherwire.producer.outbox;

/** Another outbox or process sends under this device's id, so this one must not. */
public final class DuplicateDeviceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DuplicateDeviceException(String message) {
        super(message);
    }
}
