package io.featherwire.runtime.batch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The queue of an instance's pending records that are not in a batch yet, and the rule that forms batches. A batch is
 * due when it is full, or when its oldest record has waited for the linger and the available records do not fill the
 * batch. A partial batch is divided among the idle threads. The queue also starts the preparation of records.
 */
final class BatchQueue<P, V> {

    /**
     * The maximum time that a due partial batch waits for available records. A stream thread that is short of CPU time
     * delivers them within this time. Records that cannot be read, such as those of a partition without a leader, delay
     * other records for at most this time.
     */
    private static final Duration LONGEST_GATHERING = Duration.ofSeconds(1);

    /** The interval at which a waiting batch checks whether the records that it waits for are still available. */
    private static final Duration GATHERING_STEP = Duration.ofMillis(10);

    private final BatchFunction<P, V> function;
    private final BatchSettings settings;
    private final MemoryBudget memory;

    /** Null if the processing threads prepare the records. */
    private final @Nullable Executor preparers;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<PendingRecord<P, V>> queue = new ArrayDeque<>();

    /** The counts of records that the stream threads have not added yet. */
    private final Set<Backlog> backlogs = ConcurrentHashMap.newKeySet();

    /** The parts of a due batch that other idle threads will process. */
    private final ArrayDeque<List<PendingRecord<P, V>>> parts = new ArrayDeque<>();

    /** The records whose preparation has not started, since enough other records are prepared. */
    private final ArrayDeque<PendingRecord<P, V>> unprepared = new ArrayDeque<>();

    /** The number of records that are in preparation, prepared or in processing. */
    private int inPreparation;

    private int free;
    private boolean closed;
    private @Nullable FatalStreamException broken;
    private volatile boolean draining;
    private volatile int waiting;

    BatchQueue(
            BatchFunction<P, V> function, BatchSettings settings, MemoryBudget memory, @Nullable Executor preparers) {
        this.function = function;
        this.settings = settings;
        this.memory = memory;
        this.preparers = preparers;
    }

    void add(PendingRecord<P, V> record) {
        lock.lock();
        try {
            unprepared.add(record);
            prepareAhead();
            if (broken != null) {
                record.fail(broken);
            }
            queue.add(record);
            waiting = queue.size();
            if (queue.size() == 1 || queue.size() == settings.runSize() || draining || isMemoryFull()) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Makes all waiting records due. */
    void drain() {
        lock.lock();
        try {
            draining = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isDraining() {
        return draining;
    }

    /** Closes the queue; {@link #takeBatch} then returns empty batches. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Fails all queued and all future records with this cause. */
    void failAll(FatalStreamException cause) {
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
    }

    /** Adds a stream thread's backlog, which the queue checks before it forms a partial batch. */
    void addBacklog(Backlog backlog) {
        backlogs.removeIf(Backlog::isClosed);
        backlogs.add(backlog);
    }

    /** Whether the queued and the available records together fill a batch. */
    boolean hasFullBatch() {
        return waiting + availableRecords() >= settings.runSize();
    }

    private boolean isMemoryFull() {
        return memory.isFull(MemoryBudget.Use.PENDING);
    }

    /** Starts the preparation of records within the memory limit, but always of at least one batch. */
    private void prepareAhead() {
        long most = function.preparedBytes() == 0
                ? Integer.MAX_VALUE
                : Math.max(settings.size(), memory.limit(MemoryBudget.Use.PREPARED) / function.preparedBytes());
        while (inPreparation < most && !unprepared.isEmpty()) {
            PendingRecord<P, V> next = unprepared.remove();
            if (!next.isDone() && next.markScheduled()) {
                addToInPreparation(1);
                if (preparers != null && !closed) {
                    preparers.execute(next.preparation());
                }
            }
        }
    }

    /** Whether a record needs no processing, since its task was revoked; releases its share of the memory. */
    private boolean dropIfDone(PendingRecord<P, V> record) {
        boolean done = record.isDone();
        if (done && !record.markScheduled()) {
            addToInPreparation(-1);
        }
        return done;
    }

    private void addToInPreparation(int more) {
        inPreparation += more;
        memory.add(MemoryBudget.Use.PREPARED, more * function.preparedBytes());
    }

    /** Releases the memory of a processed batch and starts further preparations. */
    void onProcessed(int records) {
        lock.lock();
        try {
            addToInPreparation(-records);
            prepareAhead();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next due batch and removes it from the queue; the batch is empty if the queue is closed. */
    List<PendingRecord<P, V>> takeBatch() throws InterruptedException {
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
                // If there is no memory for another record and no run that will release some, no further record can
                // arrive.
                boolean due =
                        queue.size() >= settings.runSize() || draining || free == settings.runs() && isMemoryFull();
                long wait = due ? 0 : remainingNanos(freeSince);
                if (queue.isEmpty()) {
                    changed.await();
                } else if (wait > 0) {
                    changed.awaitNanos(wait);
                } else {
                    return removeDue();
                }
            }
            return List.of();
        } finally {
            free--;
            lock.unlock();
        }
    }

    /** Removes a full batch, or this thread's part of a partial batch that is due. */
    private List<PendingRecord<P, V>> removeDue() {
        if (queue.size() >= settings.runSize()) {
            List<PendingRecord<P, V>> full = poll(settings.runSize(), true);
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

    /** The time in nanoseconds that a partial batch may wait before the next check; 0 or less if the batch is due. */
    private long remainingNanos(long freeSince) {
        PendingRecord<P, V> oldest = queue.peek();
        if (oldest == null) {
            return 0;
        }
        long now = System.nanoTime();
        long lingering = settings.linger().toNanos() - (now - oldest.arrivedNanos());
        long waited = Math.min(now - freeSince, now - oldest.arrivedNanos());
        boolean gathering = waited < LONGEST_GATHERING.toNanos()
                && !isMemoryFull()
                && queue.size() + availableRecords() >= settings.runSize();
        return gathering ? Math.max(lingering, GATHERING_STEP.toNanos()) : lingering;
    }

    private long availableRecords() {
        long records = 0;
        for (Backlog backlog : backlogs) {
            records += backlog.records();
        }
        return records;
    }

    private List<PendingRecord<P, V>> poll(int size, boolean full) {
        List<PendingRecord<P, V>> batch = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            PendingRecord<P, V> record = queue.remove();
            record.setInFullBatch(full);
            if (record.markScheduled()) {
                addToInPreparation(1);
                unprepared.remove(record);
            }
            batch.add(record);
        }
        waiting = queue.size();
        return batch;
    }

    boolean isBroken() {
        lock.lock();
        try {
            return broken != null;
        } finally {
            lock.unlock();
        }
    }

    double oldestAgeSeconds() {
        lock.lock();
        try {
            PendingRecord<P, V> oldest = queue.peek();
            return oldest == null ? 0 : (System.nanoTime() - oldest.arrivedNanos()) / 1e9;
        } finally {
            lock.unlock();
        }
    }
}
