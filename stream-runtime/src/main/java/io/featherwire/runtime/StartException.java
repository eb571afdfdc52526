package io.featherwire.runtime;

import org.jspecify.annotations.Nullable;

/** The world an app was to start in is not as it must be; the message says what is missing and what to do. */
public final class StartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StartException(@Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
