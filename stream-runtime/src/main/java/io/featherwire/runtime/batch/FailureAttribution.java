package io.featherwire.runtime.batch;

import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.schemas.serde.SchemaRegistryException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a record or the environment caused a failure. It runs the function's probe and processes the last
 * successful record again. If one of the two fails, the environment is at fault. Thread-safe.
 */
final class FailureAttribution<P, V> {

    /** A successfully processed record, with its prepared form. */
    private record Success<P>(SourceRecord source, P prepared) {}

    private final BatchFunction<P, V> function;
    private final AtomicReference<@Nullable Success<P>> newest = new AtomicReference<>();

    FailureAttribution(BatchFunction<P, V> function) {
        this.function = function;
    }

    /** Notes a successfully processed record. */
    void recordSuccess(SourceRecord source, P prepared) {
        newest.set(new Success<>(source, prepared));
    }

    /**
     * Checks the environment after a failure.
     *
     * @throws FatalStreamException if the environment is at fault; otherwise a record is
     */
    void probe(Throwable failure) {
        if (isEnvironmental(failure)) {
            throw new FatalStreamException(message(failure), failure);
        }
        try {
            function.probe();
            Success<P> good = newest.get();
            if (good != null) {
                function.prepare(good.source());
                function.process(List.of(good.prepared()));
            }
        } catch (Exception | StackOverflowError e) {
            e.addSuppressed(failure);
            throw new FatalStreamException("processing fails even for a frame known to be good: " + e.getMessage(), e);
        }
    }

    /** Whether a record cannot have caused the failure. Deeply nested input can cause a stack overflow. */
    private static boolean isEnvironmental(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SchemaRegistryException || cause instanceof FatalStreamException) {
                return true;
            }
        }
        return failure instanceof Error && !(failure instanceof StackOverflowError);
    }

    private static String message(Throwable failure) {
        return failure instanceof Error ? "processing failed: " + failure : String.valueOf(failure.getMessage());
    }
}
