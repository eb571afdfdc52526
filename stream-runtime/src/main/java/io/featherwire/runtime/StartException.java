package io.featherwire.runtime;

import org.jspecify.annotations.Nullable;

/** The environment does not meet the requirements of an app; the message has the cause and the remedy. */
public final class StartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StartException(@Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
