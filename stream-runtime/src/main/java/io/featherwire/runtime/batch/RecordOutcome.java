package io.featherwire.runtime.batch;

import static java.util.Objects.requireNonNull;

/** How a pending record ended: with a result, or in the dead letters. */
sealed interface RecordOutcome<V> {

    /** @param at when the batch was done, in milliseconds since the epoch */
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
