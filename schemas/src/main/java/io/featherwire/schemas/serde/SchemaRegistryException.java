package io.featherwire.schemas.serde;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The schema registry does not answer, or does not have a schema that an operator should have registered. A record is
 * never the cause.
 */
public final class SchemaRegistryException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    SchemaRegistryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
