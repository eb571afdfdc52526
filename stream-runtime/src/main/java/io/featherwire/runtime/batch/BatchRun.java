package io.featherwire.runtime.batch;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.metrics.BatchMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;

/**
 * Processes one batch and gives each of its records an outcome. A BadRecordException means that one record is at fault,
 * and the batch is split to find it. After any other failure, the environment is probed. If the probe also fails, the
 * stream stops and no record becomes a dead letter. If the probe succeeds, the batch is split until a record is found
 * that fails twice alone.
 */
final class BatchRun<P, V> {

    /** The reason of a dead letter whose failure has no specific reason. */
    private static final String FAILED = "failed";

    private final BatchFunction<P, V> function;
    private final BatchMetrics metrics;
    private final FailureAttribution<P, V> attribution;
    private List<PendingRecord<P, V>> current = List.of();

    /** The start of the current call of the function, in nanoseconds; 0 if no call is running. */
    private volatile long calledAt;

    /** @param attribution decides whether a record or the environment is at fault; all runs of a batcher share it */
    BatchRun(BatchFunction<P, V> function, BatchMetrics metrics, FailureAttribution<P, V> attribution) {
        this.function = function;
        this.metrics = metrics;
        this.attribution = attribution;
    }

    void run(List<PendingRecord<P, V>> batch) throws InterruptedException {
        current = batch;
        metrics.recordBatchSize(batch.size());
        List<PendingRecord<P, V>> ready = new ArrayList<>(batch.size());
        List<P> prepared = new ArrayList<>(batch.size());
        long start = System.nanoTime();
        for (PendingRecord<P, V> record : batch) {
            metrics.recordWait(start - record.arrivedNanos());
            prepareInto(record, ready, prepared);
        }
        long mid = System.nanoTime();
        metrics.recordPreparation(mid - start);
        if (!ready.isEmpty()) {
            process(ready, prepared);
            metrics.recordProcessing(System.nanoTime() - mid);
        }
        current = List.of();
    }

    /** The duration of the current call so far, in nanoseconds; 0 if no call is running. */
    long callNanos() {
        long since = calledAt;
        return since == 0 ? 0 : Math.max(1, System.nanoTime() - since);
    }

    private void markCall(boolean running) {
        calledAt = running ? System.nanoTime() | 1 : 0;
    }

    private List<V> callFunction(List<P> prepared) throws Exception {
        markCall(true);
        try {
            return function.process(prepared);
        } finally {
            markCall(false);
        }
    }

    void failCurrent(FatalStreamException cause) {
        current.forEach(record -> record.fail(cause));
    }

    private void prepareInto(PendingRecord<P, V> record, List<PendingRecord<P, V>> ready, List<P> prepared)
            throws InterruptedException {
        markCall(true);
        try {
            prepared.add(record.prepared());
            ready.add(record);
        } catch (CancellationException e) {
            // The record's task was revoked, so no processor would forward the result.
        } catch (ExecutionException e) {
            Throwable cause = requireNonNull(e.getCause(), "cause");
            if (cause instanceof BadRecordException bad) {
                record.complete(RecordOutcome.Rejected.of(bad));
            } else {
                probe(cause);
                markCall(true);
                retryPreparation(record, ready, prepared);
            }
        } finally {
            markCall(false);
        }
    }

    private void retryPreparation(PendingRecord<P, V> record, List<PendingRecord<P, V>> ready, List<P> prepared) {
        try {
            prepared.add(function.prepare(record.source()));
            ready.add(record);
        } catch (BadRecordException e) {
            record.complete(RecordOutcome.Rejected.of(e));
        } catch (RuntimeException | StackOverflowError e) {
            probe(e);
            record.complete(new RecordOutcome.Rejected<>("prepare", FAILED, e));
        }
    }

    private void process(List<PendingRecord<P, V>> records, List<P> prepared) {
        try {
            complete(records, prepared, callFunction(prepared));
        } catch (BadRecordException e) {
            if (records.size() == 1) {
                records.get(0).complete(RecordOutcome.Rejected.of(e));
            } else {
                processHalves(records, prepared);
            }
        } catch (Exception | StackOverflowError e) {
            probe(e);
            if (records.size() == 1) {
                retryAlone(records.get(0), prepared);
            } else {
                processHalves(records, prepared);
            }
        }
    }

    private void processHalves(List<PendingRecord<P, V>> records, List<P> prepared) {
        int half = records.size() / 2;
        process(records.subList(0, half), prepared.subList(0, half));
        process(records.subList(half, records.size()), prepared.subList(half, prepared.size()));
    }

    private void retryAlone(PendingRecord<P, V> record, List<P> prepared) {
        try {
            complete(List.of(record), prepared, callFunction(prepared));
        } catch (BadRecordException e) {
            record.complete(RecordOutcome.Rejected.of(e));
        } catch (Exception | StackOverflowError e) {
            probe(e);
            record.complete(new RecordOutcome.Rejected<>("process", FAILED, e));
        }
    }

    private void probe(Throwable failure) {
        markCall(true);
        try {
            attribution.probe(failure);
        } finally {
            markCall(false);
        }
    }

    private void complete(List<PendingRecord<P, V>> records, List<P> prepared, List<V> results) {
        if (results.size() != records.size()) {
            throw new FatalStreamException(
                    results.size() + " results for a batch of " + records.size(),
                    new IllegalStateException("batch function"));
        }
        attribution.recordSuccess(records.get(0).source(), prepared.get(0));
        long now = System.currentTimeMillis();
        // The first record is completed last: a stream thread waits for it and then finds all records complete.
        for (int i = records.size() - 1; i >= 0; i--) {
            records.get(i).complete(new RecordOutcome.Result<>(results.get(i), now));
        }
    }
}
