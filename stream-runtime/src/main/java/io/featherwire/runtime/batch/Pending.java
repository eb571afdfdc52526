package io.featherwire.runtime.batch;

import io.featherwire.runtime.deadletter.SourceRecord;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A record between its arrival and the forwarding of its outcome; lives in a slot of the ring for as long. */
final class Pending<P, V> {

    private final SourceRecord source;
    private final int slot;
    private final boolean restored;
    private final long arrivedNanos = System.nanoTime();
    private final FutureTask<P> preparation;
    private final CompletableFuture<Outcome<V>> outcome = new CompletableFuture<>();
    private volatile boolean inFullBatch;

    Pending(SourceRecord source, int slot, boolean restored, BatchFunction<P, V> function) {
        this.source = source;
        this.slot = slot;
        this.restored = restored;
        this.preparation = new FutureTask<>(() -> function.prepare(source));
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

    /** Can be handed to a pool; runs once, whoever comes first. */
    Runnable preparation() {
        return preparation;
    }

    /** The prepared record: made here and now unless the pool has begun with it already. */
    P prepared() throws InterruptedException, ExecutionException {
        preparation.run();
        return preparation.get();
    }

    void complete(Outcome<V> with) {
        outcome.complete(with);
    }

    void fail(Throwable cause) {
        outcome.completeExceptionally(cause);
    }

    /** Its task has gone: nobody will forward it from here. */
    void cancel() {
        outcome.cancel(false);
        preparation.cancel(false);
    }

    boolean cancelled() {
        return outcome.isCancelled();
    }

    boolean done() {
        return outcome.isDone();
    }

    /** Waits for the outcome; throws the failure of the whole stream, if that is what it came to. */
    Outcome<V> join() {
        return outcome.join();
    }
}
