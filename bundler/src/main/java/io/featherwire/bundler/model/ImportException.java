package io.featherwire.bundler.model;

import java.io.IOException;

/** A file that does not hold the network asked for; the message says where it departs from it. */
public final class ImportException extends IOException {

    private static final long serialVersionUID = 1L;

    public ImportException(String message) {
        super(message);
    }

    public ImportException(String message, Throwable cause) {
        super(message, cause);
    }
}
