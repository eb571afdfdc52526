package io.featherwire.runtime.batch;

import io.featherwire.runtime.deadletter.SourceRecord;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * A record between its arrival and the forwarding of its outcome; meanwhile it occupies a slot of the pending store.
 */
final class PendingRecord<P, V> {

    private final SourceRecord source;
    private final int slot;
    private final boolean restored;
    private final long arrivedNanos = System.nanoTime();
    private final FutureTask<P> preparation;
    private final CompletableFuture<RecordOutcome<V>> outcome = new CompletableFuture<>();
    private final long bytes;
    private volatile boolean inFullBatch;

    /** Guarded by the batcher's lock: whether its preparation or processing has been scheduled. */
    private boolean begun;

    PendingRecord(SourceRecord source, int slot, boolean restored, BatchFunction<P, V> function) {
        this.source = source;
        this.slot = slot;
        this.restored = restored;
        this.preparation = new FutureTask<>(() -> function.prepare(source));
        // The record and its copy in the store.
        this.bytes = 2L * (length(source.key()) + length(source.value()));
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    /** Its bytes in memory before preparation. */
    long bytes() {
        return bytes;
    }

    /** Marks it as scheduled; returns false if it already was. */
    boolean begin() {
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

    /** Whether it was read back from the changelog, not from the topic. */
    boolean restored() {
        return restored;
    }

    void taken(boolean inFullBatch) {
        this.inFullBatch = inFullBatch;
    }

    /** Whether it was taken into a batch that had no room for another. */
    boolean inFullBatch() {
        return inFullBatch;
    }

    long arrivedNanos() {
        return arrivedNanos;
    }

    /** The preparation, which may be run by a pool; only the first caller runs it. */
    Runnable preparation() {
        return preparation;
    }

    /** The prepared record, prepared by the caller unless the pool has already begun. */
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

    /** Its task was revoked: its outcome will not be forwarded. */
    void cancel() {
        outcome.cancel(false);
        preparation.cancel(false);
    }

    boolean done() {
        return outcome.isDone();
    }

    /** Waits for the outcome; throws the failure if the whole stream has failed. */
    RecordOutcome<V> join() {
        return outcome.join();
    }
}
