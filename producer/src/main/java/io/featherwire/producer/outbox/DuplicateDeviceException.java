package io.featherwire.producer.outbox;

/** Another outbox or process uses this device's id, so this one must stop. */
public final class DuplicateDeviceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DuplicateDeviceException(String message) {
        super(message);
    }
}
