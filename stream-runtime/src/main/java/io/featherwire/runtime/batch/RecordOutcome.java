package io.featherwire.runtime.batch;

import static java.util.Objects.requireNonNull;

/** The outcome of a pending record: a result or a dead letter. */
sealed interface RecordOutcome<V> {

    /**
     * A result.
     *
     * @param at the end of the batch, in milliseconds since 1970
     */
    record Result<V>(V value, long at) implements RecordOutcome<V> {
        public Result {
            requireNonNull(value, "value");
        }
    }

    record Rejected<V>(String stage, String reason, Throwable cause) implements RecordOutcome<V> {
        static <V> Rejected<V> of(BadRecordException e) {
            return new Rejected<>(e.stage(), e.reason(), e);
        }
    }
}
