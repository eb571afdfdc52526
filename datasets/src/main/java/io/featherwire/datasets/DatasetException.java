package io.featherwire.datasets;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The requested data set is missing or unusable. The message names the remedy. */
public final class DatasetException extends IOException {

    private static final long serialVersionUID = 1L;

    public DatasetException(String message) {
        super(message);
    }

    public DatasetException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
