package io.featherwire.schemas.serde;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The schema registry cannot be asked, or lacks what an operator should have registered; never the fault of a record. */
public final class SchemaRegistryException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    SchemaRegistryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
