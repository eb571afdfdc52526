package io.featherwire.runtime.batch;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.metrics.BatchMetrics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Forms batches out of the pending records of all partitions of an instance and runs them, one or a few at a time, each on a
 * thread of its own: a batch runs as soon as it is full, or once its oldest record has lingered long enough and what is ready to be read
 * does not fill it; one that is not full is shared out among the threads that are free. A pool prepares the records of the next batches meanwhile. Stream threads hand
 * records in and forward outcomes; the pending store is authoritative, so that whatever is in here may be thrown away at
 * any time.
 */
public final class MicroBatcher<P, V> implements AutoCloseable {

    /**
     * Longest time that a run that is free waits for records that are said to lie ready: a stream thread short of processor time
     * comes round in this time; records that cannot be read, as of a partition without a leader, hold up others no longer.
     */
    private static final Duration LONGEST_GATHERING = Duration.ofSeconds(1);

    /** How often a batch that gathers looks whether there still is what it waits for. */
    private static final Duration GATHERING_STEP = Duration.ofMillis(10);

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

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Pending<P, V>> queue = new ArrayDeque<>();

    /** What the stream threads have not handed in yet. */
    private final Set<Backlog> backlogs = ConcurrentHashMap.newKeySet();

    /** Parts of a batch that is due, for other threads that are free. */
    private final ArrayDeque<List<Pending<P, V>>> parts = new ArrayDeque<>();

    /** Records that no thread prepares yet, since enough are prepared. */
    private final ArrayDeque<Pending<P, V>> unprepared = new ArrayDeque<>();

    /** Records handed to the threads that prepare, or taken by those that process, and not processed yet. */
    private int begun;

    private int free;
    private boolean closed;
    private @Nullable BrokenStreamException broken;
    private volatile boolean draining;
    private volatile int waiting;

    public MicroBatcher(String name, BatchFunction<P, V> function, BatchSettings settings, BatchMetrics metrics) {
        this.function = requireNonNull(function, "function");
        this.settings = requireNonNull(settings, "settings");
        this.metrics = requireNonNull(metrics, "metrics");
        this.memory = new MemoryBudget(settings.memory());
        this.preparers = settings.prepareThreads() == 0 ? null : preparers(name, settings.prepareThreads());
        Suspicion<P, V> suspicion = new Suspicion<>(function);
        for (int i = 1; i <= settings.runs(); i++) {
            BatchRun<P, V> run = new BatchRun<>(function, metrics, suspicion);
            runs.add(run);
            Thread runner = new Thread(() -> runBatches(run), name + "-batcher-" + i);
            runner.setDaemon(true);
            runners.add(runner);
        }
        runners.forEach(Thread::start);
        metrics.watch(this, MicroBatcher::pending, MicroBatcher::oldestAgeSeconds);
        watchMemory();
        metrics.watchCalls(this, batcher -> batcher.longestCall().toNanos() / 1e9);
    }

    /** Records handed in whose outcome has not been forwarded yet, over all partitions. */
    public int pending() {
        return pending.get();
    }

    /** From now on every record is forwarded before the next one is taken, so that pending stores run empty before a stop. */
    public void drain() {
        lock.lock();
        try {
            draining = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How long the longest of the calls of the batch function that run now has been running; zero if none does. */
    public Duration longestCall() {
        return Duration.ofNanos(
                runs.stream().mapToLong(BatchRun::callNanos).max().orElse(0));
    }

    /** Every record that is pending fails with this cause, and so does each that comes: a call hangs, and nobody can end it. */
    public void giveUp(BrokenStreamException cause) {
        runs.forEach(run -> breakDown(run, cause));
    }

    /** Whether no call of the batch function runs any more, so that what the function uses may be closed. */
    public boolean ended() {
        return runners.stream().noneMatch(Thread::isAlive);
    }

    /**
     * Stops after the batches that run now, if they end in time: see {@link #ended()}. Records not forwarded stay in their stores,
     * for the next start.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
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

    boolean draining() {
        return draining;
    }

    /** From now on this is looked at before a batch is cut short. */
    void fedFrom(Backlog backlog) {
        backlogs.removeIf(Backlog::closed);
        backlogs.add(backlog);
    }

    /** Whether the records that wait here and those that lie ready fill a batch. */
    boolean backlogged() {
        return waiting + ready() >= settings.runSize();
    }

    Pending<P, V> submit(SourceRecord source, int slot, boolean restored) {
        Pending<P, V> record = new Pending<>(source, slot, restored, function);
        pending.incrementAndGet();
        memory.add(MemoryBudget.Use.PENDING, record.bytes());
        lock.lock();
        try {
            unprepared.add(record);
            prepareAhead();
            if (broken != null) {
                record.fail(broken);
            }
            queue.add(record);
            waiting = queue.size();
            if (queue.size() == 1 || queue.size() == settings.runSize() || draining || memoryFull()) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
        return record;
    }

    /** Whether records pending take all the memory that they may: one has to be forwarded before the next one is taken. */
    boolean memoryFull() {
        return memory.full(MemoryBudget.Use.PENDING);
    }

    MemoryBudget memory() {
        return memory;
    }

    /** What the clients of the stream threads note, which hand records in here. */
    StreamThreads threads() {
        return threads;
    }

    void forwarded(Pending<P, V> record) {
        pending.decrementAndGet();
        memory.add(MemoryBudget.Use.PENDING, -record.bytes());
    }

    void cancel(Pending<P, V> record) {
        record.cancel();
        forwarded(record);
    }

    /** Hands on as many records to be prepared as the memory for it allows, and always a batch. */
    private void prepareAhead() {
        long most = function.preparedBytes() == 0
                ? Integer.MAX_VALUE
                : Math.max(settings.size(), memory.limit(MemoryBudget.Use.PREPARED) / function.preparedBytes());
        while (begun < most && !unprepared.isEmpty()) {
            Pending<P, V> next = unprepared.remove();
            if (!next.done() && next.begin()) {
                begun(1);
                if (preparers != null && !closed) {
                    preparers.execute(next.preparation());
                }
            }
        }
    }

    /** Nobody waits for it any more: its task has gone. */
    private boolean dropIfDone(Pending<P, V> record) {
        boolean done = record.done();
        if (done && !record.begin()) {
            begun(-1);
        }
        return done;
    }

    private void begun(int more) {
        begun += more;
        memory.add(MemoryBudget.Use.PREPARED, more * function.preparedBytes());
    }

    /** A batch has come back, and with it the memory of its prepared records. */
    private void processed(int records) {
        lock.lock();
        try {
            begun(-records);
            prepareAhead();
        } finally {
            lock.unlock();
        }
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
            for (List<Pending<P, V>> batch = take(); !batch.isEmpty(); batch = take()) {
                run.run(batch);
                processed(batch.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (BrokenStreamException e) {
            breakDown(run, e);
        } catch (Throwable e) {
            breakDown(run, new BrokenStreamException("processing failed: " + e, e));
        }
    }

    /** The next batch, empty once closed. */
    private List<Pending<P, V>> take() throws InterruptedException {
        lock.lockInterruptibly();
        free++;
        long freeSince = System.nanoTime();
        try {
            while (!closed) {
                if (!parts.isEmpty()) {
                    return parts.remove();
                }
                queue.removeIf(this::dropIfDone);
                waiting = queue.size();
                // With no memory for another record, and no run that would free some, waiting is in vain.
                boolean due = queue.size() >= settings.runSize() || draining || free == settings.runs() && memoryFull();
                long wait = due ? 0 : remainingNanos(freeSince);
                if (queue.isEmpty()) {
                    changed.await();
                } else if (wait > 0) {
                    changed.awaitNanos(wait);
                } else {
                    return share();
                }
            }
            return List.of();
        } finally {
            free--;
            lock.unlock();
        }
    }

    /** A full batch, or this thread's part of one that is due. */
    private List<Pending<P, V>> share() {
        if (queue.size() >= settings.runSize()) {
            List<Pending<P, V>> full = poll(settings.runSize(), true);
            if (!queue.isEmpty()) {
                changed.signal();
            }
            return full;
        }
        int sharers = Math.min(free, queue.size());
        for (; sharers > 1; sharers--) {
            parts.add(poll(queue.size() / sharers, false));
            changed.signal();
        }
        return poll(queue.size(), false);
    }

    /** How long a batch that is not full may wait for more before this is to be asked again; 0 or less if it may not. */
    private long remainingNanos(long freeSince) {
        Pending<P, V> oldest = queue.peek();
        if (oldest == null) {
            return 0;
        }
        long now = System.nanoTime();
        long lingering = settings.linger().toNanos() - (now - oldest.arrivedNanos());
        long waited = Math.min(now - freeSince, now - oldest.arrivedNanos());
        boolean gathering =
                waited < LONGEST_GATHERING.toNanos() && !memoryFull() && queue.size() + ready() >= settings.runSize();
        return gathering ? Math.max(lingering, GATHERING_STEP.toNanos()) : lingering;
    }

    private long ready() {
        long records = 0;
        for (Backlog backlog : backlogs) {
            records += backlog.records();
        }
        return records;
    }

    private List<Pending<P, V>> poll(int size, boolean full) {
        List<Pending<P, V>> batch = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            Pending<P, V> record = queue.remove();
            record.taken(full);
            if (record.begin()) {
                begun(1);
                unprepared.remove(record);
            }
            batch.add(record);
        }
        waiting = queue.size();
        return batch;
    }

    private void breakDown(BatchRun<P, V> run, BrokenStreamException cause) {
        lock.lock();
        try {
            broken = cause;
            queue.forEach(record -> record.fail(cause));
            queue.clear();
            waiting = 0;
            parts.forEach(part -> part.forEach(record -> record.fail(cause)));
            parts.clear();
        } finally {
            lock.unlock();
        }
        run.failCurrent(cause);
    }

    private boolean broken() {
        lock.lock();
        try {
            return broken != null;
        } finally {
            lock.unlock();
        }
    }

    private double oldestAgeSeconds() {
        lock.lock();
        try {
            Pending<P, V> oldest = queue.peek();
            return oldest == null ? 0 : (System.nanoTime() - oldest.arrivedNanos()) / 1e9;
        } finally {
            lock.unlock();
        }
    }

    private void joinRunners() {
        long deadline = System.nanoTime() + (broken() ? HANGING : LAST_BATCHES).toNanos();
        try {
            for (Thread runner : runners) {
                runner.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ExecutorService preparers(String name, int threads) {
        AtomicInteger number = new AtomicInteger();
        return Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, name + "-prepare-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }
}
