package io.featherwire.runtime.batch;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.metrics.BatchMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Processes the pending records of all partitions of an instance in batches, each on a thread of its own; {@link
 * BatchQueue} decides when a batch is due. Meanwhile a thread pool prepares the records of the next batches. Stream
 * threads submit records and forward outcomes. The pending store is authoritative, so the state of this class may be
 * discarded at any time.
 */
public final class MicroBatcher<P, V> implements AutoCloseable {

    private static final Duration LAST_BATCHES = Duration.ofSeconds(10);
    private static final Duration HANGING = Duration.ofMillis(200);

    private final MemoryBudget memory;
    private final StreamThreads threads = new StreamThreads();
    private final BatchFunction<P, V> function;
    private final BatchSettings settings;
    private final BatchMetrics metrics;
    private final @Nullable ExecutorService preparers;
    private final List<Thread> runners = new ArrayList<>();
    private final List<BatchRun<P, V>> runs = new ArrayList<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final BatchQueue<P, V> queue;

    public MicroBatcher(String name, BatchFunction<P, V> function, BatchSettings settings, BatchMetrics metrics) {
        this.function = requireNonNull(function, "function");
        this.settings = requireNonNull(settings, "settings");
        this.metrics = requireNonNull(metrics, "metrics");
        this.memory = new MemoryBudget(settings.memory());
        this.preparers = settings.prepareThreads() == 0 ? null : createPreparers(name, settings.prepareThreads());
        this.queue = new BatchQueue<>(function, settings, memory, preparers);
        FailureAttribution<P, V> attribution = new FailureAttribution<>(function);
        for (int i = 1; i <= settings.runs(); i++) {
            BatchRun<P, V> run = new BatchRun<>(function, metrics, attribution);
            runs.add(run);
            Thread runner = new Thread(() -> runBatches(run), name + "-batcher-" + i);
            runner.setDaemon(true);
            runners.add(runner);
        }
        runners.forEach(Thread::start);
        metrics.watch(this, MicroBatcher::pending, batcher -> batcher.queue.oldestAgeSeconds());
        watchMemory();
        metrics.watchCalls(this, batcher -> batcher.longestCall().toNanos() / 1e9);
    }

    /** The number of records whose outcome has not been forwarded yet, over all partitions. */
    public int pending() {
        return pending.get();
    }

    /**
     * Makes stream threads forward every record before they accept the next one, so that the pending stores are empty
     * before a stop.
     */
    public void drain() {
        queue.drain();
    }

    /** The duration so far of the longest running call of the batch function; zero if no call is running. */
    public Duration longestCall() {
        return Duration.ofNanos(
                runs.stream().mapToLong(BatchRun::callNanos).max().orElse(0));
    }

    /**
     * Fails all pending and all future records with this cause. The watchdog calls this method when a call does not
     * return.
     */
    public void failAllRecords(FatalStreamException cause) {
        runs.forEach(run -> failAll(run, cause));
    }

    /** Whether all calls of the batch function have ended; only then may its resources be closed. */
    public boolean isEnded() {
        return runners.stream().noneMatch(Thread::isAlive);
    }

    /**
     * Stops after the current batches, and waits a limited time for them; see {@link #isEnded()}. Records that were not
     * forwarded stay in the pending stores for the next start.
     */
    @Override
    public void close() {
        queue.close();
        if (preparers != null) {
            preparers.shutdownNow();
        }
        joinRunners();
    }

    BatchSettings settings() {
        return settings;
    }

    BatchFunction<P, V> function() {
        return function;
    }

    BatchMetrics metrics() {
        return metrics;
    }

    boolean isDraining() {
        return queue.isDraining();
    }

    /** Adds a stream thread's backlog, which is checked before a partial batch is formed. */
    void addBacklog(Backlog backlog) {
        queue.addBacklog(backlog);
    }

    /** Whether the queued and the available records together fill a batch. */
    boolean hasFullBatch() {
        return queue.hasFullBatch();
    }

    PendingRecord<P, V> submit(SourceRecord source, int slot, boolean restored) {
        PendingRecord<P, V> record = new PendingRecord<>(source, slot, restored, function);
        pending.incrementAndGet();
        memory.add(MemoryBudget.Use.PENDING, record.bytes());
        queue.add(record);
        return record;
    }

    /**
     * Whether the pending records use their whole share of the memory budget; a record must then be forwarded before
     * the next one is accepted.
     */
    boolean isMemoryFull() {
        return memory.isFull(MemoryBudget.Use.PENDING);
    }

    MemoryBudget memory() {
        return memory;
    }

    /** The state of the stream threads that submit records to this batcher. */
    StreamThreads threads() {
        return threads;
    }

    void onForwarded(PendingRecord<P, V> record) {
        pending.decrementAndGet();
        memory.add(MemoryBudget.Use.PENDING, -record.bytes());
    }

    void cancel(PendingRecord<P, V> record) {
        record.cancel();
        onForwarded(record);
    }

    private void watchMemory() {
        metrics.watchMemory(
                memory,
                MemoryBudget::bytes,
                Map.of(
                        "buffered", budget -> budget.used(MemoryBudget.Use.BUFFERED),
                        "pending", budget -> budget.used(MemoryBudget.Use.PENDING),
                        "prepared", budget -> budget.used(MemoryBudget.Use.PREPARED)));
    }

    private void runBatches(BatchRun<P, V> run) {
        try {
            for (List<PendingRecord<P, V>> batch = queue.takeBatch(); !batch.isEmpty(); batch = queue.takeBatch()) {
                run.run(batch);
                queue.onProcessed(batch.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (FatalStreamException e) {
            failAll(run, e);
        } catch (Throwable e) {
            failAll(run, new FatalStreamException("processing failed: " + e, e));
        }
    }

    private void failAll(BatchRun<P, V> run, FatalStreamException cause) {
        queue.failAll(cause);
        run.failCurrent(cause);
    }

    private void joinRunners() {
        long deadline = System.nanoTime() + (queue.isBroken() ? HANGING : LAST_BATCHES).toNanos();
        try {
            for (Thread runner : runners) {
                runner.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ExecutorService createPreparers(String name, int threads) {
        AtomicInteger number = new AtomicInteger();
        return Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, name + "-prepare-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }
}
