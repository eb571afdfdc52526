package io.featherwire.datasets;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The data set asked for is not there or not usable; the message says what to do. */
public final class DatasetException extends IOException {

    private static final long serialVersionUID = 1L;

    public DatasetException(String message) {
        super(message);
    }

    public DatasetException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
