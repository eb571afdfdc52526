package io.featherwire.runtime.batch;

import io.featherwire.runtime.deadletter.SourceRecord;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** A record whose outcome has not been forwarded yet; it occupies a slot of the pending store. */
final class PendingRecord<P, V> {

    private final SourceRecord source;
    private final int slot;
    private final boolean restored;
    private final long arrivedNanos = System.nanoTime();
    private final FutureTask<P> preparation;
    private final CompletableFuture<RecordOutcome<V>> outcome = new CompletableFuture<>();
    private final long bytes;
    private volatile boolean inFullBatch;

    /** Whether the record's preparation or processing has been scheduled. The queue's lock guards this field. */
    private boolean begun;

    PendingRecord(SourceRecord source, int slot, boolean restored, BatchFunction<P, V> function) {
        this.source = source;
        this.slot = slot;
        this.restored = restored;
        this.preparation = new FutureTask<>(() -> function.prepare(source));
        // The record and its copy in the pending store.
        this.bytes = 2L * (length(source.key()) + length(source.value()));
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    /** The record's memory before preparation, in bytes. */
    long bytes() {
        return bytes;
    }

    /** Marks the record as scheduled; returns false if it already was. */
    boolean markScheduled() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    SourceRecord source() {
        return source;
    }

    int slot() {
        return slot;
    }

    /** Whether the record was restored from the changelog, rather than read from the topic. */
    boolean isRestored() {
        return restored;
    }

    void setInFullBatch(boolean inFullBatch) {
        this.inFullBatch = inFullBatch;
    }

    /** Whether the record's batch is full. */
    boolean isInFullBatch() {
        return inFullBatch;
    }

    long arrivedNanos() {
        return arrivedNanos;
    }

    /** The preparation, for a thread pool. It runs only once. */
    Runnable preparation() {
        return preparation;
    }

    /** The prepared record. The calling thread prepares it unless the pool has started to do so; then it waits. */
    P prepared() throws InterruptedException, ExecutionException {
        preparation.run();
        return preparation.get();
    }

    void complete(RecordOutcome<V> with) {
        outcome.complete(with);
    }

    void fail(Throwable cause) {
        outcome.completeExceptionally(cause);
    }

    /** Cancels preparation and outcome, since the record's task was revoked. */
    void cancel() {
        outcome.cancel(false);
        preparation.cancel(false);
    }

    boolean isDone() {
        return outcome.isDone();
    }

    /** Waits for the outcome; throws the failure if the stream has failed. */
    RecordOutcome<V> join() {
        return outcome.join();
    }
}
