package io.featherwire.runtime.batch;

import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.schemas.serde.SchemaRegistryException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a failure is caused by the record or by the environment. It runs the function's probe, and processes the
 * last successful record again: if either fails, the environment is at fault. Thread-safe.
 */
final class FailureAttribution<P, V> {

    /** A processed record with its prepared form. */
    private record Good<P>(SourceRecord source, P prepared) {}

    private final BatchFunction<P, V> function;
    private final AtomicReference<@Nullable Good<P>> newest = new AtomicReference<>();

    FailureAttribution(BatchFunction<P, V> function) {
        this.function = function;
    }

    /** A record was processed. */
    void cleared(SourceRecord source, P prepared) {
        newest.set(new Good<>(source, prepared));
    }

    /** Returns if the environment works, so that a record is at fault. */
    void probe(Throwable failure) {
        if (isOfTheWorld(failure)) {
            throw new BrokenStreamException(message(failure), failure);
        }
        try {
            function.probe();
            Good<P> good = newest.get();
            if (good != null) {
                function.prepare(good.source());
                function.process(List.of(good.prepared()));
            }
        } catch (Exception | StackOverflowError e) {
            e.addSuppressed(failure);
            throw new BrokenStreamException("processing fails even for a frame known to be good: " + e.getMessage(), e);
        }
    }

    /** Whether the failure cannot be caused by a record. A stack overflow can, by deeply nested input. */
    private static boolean isOfTheWorld(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SchemaRegistryException || cause instanceof BrokenStreamException) {
                return true;
            }
        }
        return failure instanceof Error && !(failure instanceof StackOverflowError);
    }

    private static String message(Throwable failure) {
        return failure instanceof Error ? "processing failed: " + failure : String.valueOf(failure.getMessage());
    }
}
