package io.featherwire.codec.bundle;

/** Thrown if a bundle cannot be used; the message says what is wrong and where. */
public final class BundleException extends Exception {

    private static final long serialVersionUID = 1L;

    public BundleException(String message) {
        super(message);
    }

    public BundleException(String message, Throwable cause) {
        super(message, cause);
    }
}
