package io.featherwire.runtime.batch;

import io.featherwire.runtime.metrics.BatchMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs one batch to the outcome of each of its records. Whose fault is a failure? A BadRecordException names its record.
 * After anything else a probe is processed: if it fails too, the world is broken and no record is blamed; if it passes,
 * the batch is halved until the record is found that fails alone, twice.
 */
final class BatchRun<P, V> {

    /** With so many undeclared failures in a row, and no success between, it is not the records, whatever the probe says. */
    private static final int SUSPECTS_IN_A_ROW = 64;

    private static final String STAGE = "process";

    private final BatchFunction<P, V> function;
    private final BatchMetrics metrics;
    private final AtomicInteger suspectsInARow;
    private List<Pending<P, V>> current = List.of();

    /** When the call of the function that runs now began; 0 while none does. */
    private volatile long calledAt;

    /** @param suspectsInARow counted over all runs of a batcher */
    BatchRun(BatchFunction<P, V> function, BatchMetrics metrics, AtomicInteger suspectsInARow) {
        this.function = function;
        this.metrics = metrics;
        this.suspectsInARow = suspectsInARow;
    }

    void run(List<Pending<P, V>> batch) throws InterruptedException {
        current = batch;
        metrics.batch(batch.size());
        List<Pending<P, V>> ready = new ArrayList<>(batch.size());
        List<P> prepared = new ArrayList<>(batch.size());
        long start = System.nanoTime();
        for (Pending<P, V> record : batch) {
            metrics.waited(start - record.arrivedNanos());
            prepare(record, ready, prepared);
        }
        long mid = System.nanoTime();
        metrics.prepared(mid - start);
        if (!ready.isEmpty()) {
            process(ready, prepared);
            metrics.processed(System.nanoTime() - mid);
        }
        current = List.of();
    }

    /** How long the call that runs now has been running, in ns; 0 if none does. */
    long callNanos() {
        long since = calledAt;
        return since == 0 ? 0 : Math.max(1, System.nanoTime() - since);
    }

    private void called(boolean running) {
        calledAt = running ? System.nanoTime() | 1 : 0;
    }

    private List<V> call(List<P> prepared) throws Exception {
        called(true);
        try {
            return function.process(prepared);
        } finally {
            called(false);
        }
    }

    void failCurrent(BrokenStreamException cause) {
        current.forEach(record -> record.fail(cause));
    }

    private void prepare(Pending<P, V> record, List<Pending<P, V>> ready, List<P> prepared)
            throws InterruptedException {
        called(true);
        try {
            prepared.add(record.prepared());
            ready.add(record);
        } catch (CancellationException e) {
            // Its task has gone, and with it whoever would forward it.
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof BadRecordException bad) {
                record.complete(Outcome.Rejected.of(bad));
            } else if (cause instanceof Exception) {
                suspect(record, "prepare", cause);
            } else {
                throw new BrokenStreamException(
                        "preparing " + record.source().coordinates() + " failed: " + cause, cause);
            }
        } finally {
            called(false);
        }
    }

    private void process(List<Pending<P, V>> records, List<P> prepared) {
        try {
            complete(records, call(prepared));
        } catch (BadRecordException e) {
            if (records.size() == 1) {
                records.get(0).complete(Outcome.Rejected.of(e));
            } else {
                halve(records, prepared);
            }
        } catch (Exception e) {
            probe(e);
            if (records.size() == 1) {
                retryAlone(records.get(0), prepared);
            } else {
                halve(records, prepared);
            }
        }
    }

    private void halve(List<Pending<P, V>> records, List<P> prepared) {
        int half = records.size() / 2;
        process(records.subList(0, half), prepared.subList(0, half));
        process(records.subList(half, records.size()), prepared.subList(half, prepared.size()));
    }

    private void retryAlone(Pending<P, V> record, List<P> prepared) {
        try {
            complete(List.of(record), call(prepared));
        } catch (BadRecordException e) {
            record.complete(Outcome.Rejected.of(e));
        } catch (Exception e) {
            suspect(record, STAGE, e);
        }
    }

    private void probe(Exception failure) {
        called(true);
        try {
            function.probe();
        } catch (Exception e) {
            e.addSuppressed(failure);
            throw new BrokenStreamException("processing fails even for a frame known to be good: " + e.getMessage(), e);
        } finally {
            called(false);
        }
    }

    private void suspect(Pending<P, V> record, String stage, Throwable cause) {
        int suspects = suspectsInARow.incrementAndGet();
        if (suspects >= SUSPECTS_IN_A_ROW) {
            throw new BrokenStreamException(suspects + " records in a row failed, the last with " + cause, cause);
        }
        record.complete(new Outcome.Rejected<>(stage, "failed", cause));
    }

    private void complete(List<Pending<P, V>> records, List<V> results) {
        if (results.size() != records.size()) {
            throw new BrokenStreamException(
                    results.size() + " results for a batch of " + records.size(),
                    new IllegalStateException("batch function"));
        }
        suspectsInARow.set(0);
        long now = System.currentTimeMillis();
        // From the last to the first: a stream thread waits for the first one and then finds them all.
        for (int i = records.size() - 1; i >= 0; i--) {
            records.get(i).complete(new Outcome.Result<>(results.get(i), now));
        }
    }
}
