package io.featherwire.runtime.batch;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A record cannot be processed because of its content. The record becomes a dead letter with this stage and reason, and
 * the stream continues.
 */
public final class BadRecordException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String stage;
    private final String reason;

    /**
     * @param stage the step that failed, such as decode-record or decode-image
     * @param reason a short constant for metrics and filters, such as not-avro or image-too-large
     * @param message the reason in words, without any of the record's contents
     */
    public BadRecordException(String stage, String reason, @Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
        this.stage = requireNonNull(stage, "stage");
        this.reason = requireNonNull(reason, "reason");
    }

    public String stage() {
        return stage;
    }

    public String reason() {
        return reason;
    }
}
