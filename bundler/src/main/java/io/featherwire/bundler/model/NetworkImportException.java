package io.featherwire.bundler.model;

import java.io.IOException;

/** Thrown if a file does not contain the expected network; the message says where it differs. */
public final class NetworkImportException extends IOException {

    private static final long serialVersionUID = 1L;

    public NetworkImportException(String message) {
        super(message);
    }

    public NetworkImportException(String message, Throwable cause) {
        super(message, cause);
    }
}
