package io.featherwire.producer.outbox;

import static java.util.Objects.requireNonNull;

import io.featherwire.producer.outbox.OutboxBatch.Row;
import io.featherwire.schemas.batch.FeatureBatches;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Records on disk that wait to be sent. An accepted record is kept until it is known to be on its topic, or is counted
 * in a gap. Thread-safe; one thread sends.
 */
public final class Outbox implements AutoCloseable {

    private static final int GAPS = 500;

    private final OutboxSettings settings;
    private final OutboxFile file;
    private final OutboxClock clock;
    private final SequenceNumbers numbers;
    private final FrameTable table;
    private final SendLog log;
    private final GapLog gaps;
    private final OutboxEviction room;
    private final long id;
    private final Map<String, Long> ordinals = new TreeMap<>();
    /** Estimated batch bytes of each sensor's frames that have not been taken for sending yet. */
    private final Map<String, Long> shares = new HashMap<>();

    private long waitingSince;

    private @Nullable InDoubtTransaction doubt;
    /** Frames up to this sequence number may have been stored by Kafka, in batches that were not acknowledged. */
    private long mayHaveArrived;

    private long frames;
    private long stored;
    /** The last frame of the backlog at the time when the connection returned; later frames are live. */
    private long backlogEnd = Long.MAX_VALUE;

    private Outbox(OutboxSettings settings, OutboxFile file, LongSupplier nanos, LongSupplier wall) {
        this.settings = settings;
        this.file = file;
        this.numbers = new SequenceNumbers(file);
        this.table = new FrameTable(file);
        this.log = new SendLog(file);
        this.gaps = new GapLog(file);
        this.clock = file.run(() -> new OutboxClock(file.state("age"), file.state("left"), nanos, wall));
        this.id = file.durably(() -> {
            if (file.state("outbox") == 0) {
                // 31 bits: short in frame ids.
                file.state("outbox", ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE));
            }
            return file.state("outbox");
        });
        this.room = new OutboxEviction(settings, file, gaps);
        file.run(() -> {
            frames = table.count();
            ordinals.putAll(table.nextOrdinals());
            doubt = log.doubt();
            mayHaveArrived = log.mayHaveArrived();
        });
        frames -= room.fit(kept());
    }

    /** @throws OutboxException if it cannot be created, is damaged, or is used by another process */
    public static Outbox open(OutboxSettings settings) {
        return open(settings, System::nanoTime, System::currentTimeMillis);
    }

    /** @param wall wall clock, in milliseconds since 1970; it may jump */
    static Outbox open(OutboxSettings settings, LongSupplier nanos, LongSupplier wall) {
        OutboxFile file = OutboxFile.open(requireNonNull(settings, "settings"));
        try {
            return new Outbox(settings, file, nanos, wall);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** A globally unique frame id, such as {@code k2f9x1-4f}. */
    public synchronized String newFrameId() {
        return FeatureBatches.frameId(id, numbers.next());
    }

    /**
     * Stores entries, all or none; when it returns they are on disk, or dropped and counted.
     *
     * @throws OutboxException that {@link OutboxException#isForLackOfRoom} if not even that could be written; then
     *     nothing has changed, and the call can be retried
     * @param taken keys for {@link #isTaken}
     */
    public synchronized void append(List<OutboxEntry> entries, Collection<Long> taken) {
        frames -= giveUpOld();
        long footprint = entries.stream().mapToLong(OutboxEntry::footprint).sum();
        frames -= room.make(footprint, kept());
        boolean refuse = settings.full() == FullPolicy.NEWEST && !room.isThereFor(footprint);
        try {
            insert(entries, taken, refuse ? FullPolicy.NEWEST.reason() : null);
        } catch (OutboxException e) {
            if (!OutboxFile.isFull(e)) {
                throw e;
            }
            // The disk is full below the configured cap.
            long gone = settings.full() == FullPolicy.OLDEST ? room.giveUpOldest("disk-full", kept()) : 0;
            frames -= gone;
            insert(entries, taken, gone > 0 ? null : "disk-full");
        }
    }

    private void insert(List<OutboxEntry> entries, Collection<Long> taken, @Nullable String giveUp) {
        List<OutboxEntry> kept = new ArrayList<>();
        List<Long> keptOrdinals = new ArrayList<>();
        List<Long> keptNumbers = new ArrayList<>();
        List<OutboxEntry> lost = new ArrayList<>();
        Map<String, Long> after = new TreeMap<>();
        for (OutboxEntry entry : entries) {
            long ordinal = after.getOrDefault(entry.sensorId(), ordinals.getOrDefault(entry.sensorId(), 0L));
            after.put(entry.sensorId(), ordinal + 1);
            if (giveUp == null && ordinal % room.stride() == 0) {
                kept.add(entry);
                keptOrdinals.add(ordinal);
                keptNumbers.add(numbers.next());
            } else {
                lost.add(entry);
            }
        }
        file.transaction(() -> {
            for (int i = 0; i < kept.size(); i++) {
                table.insert(keptNumbers.get(i), keptOrdinals.get(i), clock.age(), kept.get(i));
            }
            for (OutboxEntry entry : lost) {
                gaps.add(
                        entry.sensorId(),
                        giveUp == null ? FullPolicy.THIN.reason() : giveUp,
                        entry.frameId(),
                        entry.capturedAt(),
                        entry.value().length);
            }
            for (Long key : taken) {
                file.update("INSERT OR IGNORE INTO taken VALUES(?)", key);
            }
            file.state("age", clock.age());
            file.state("left", clock.wallTime());
        });
        ordinals.putAll(after);
        if (shares.isEmpty()) {
            waitingSince = System.nanoTime();
        }
        kept.forEach(entry -> shares.merge(entry.sensorId(), FrameBatches.share(entry), Long::sum));
        frames += kept.size();
        stored += kept.size();
        room.gaveUp(lost.size());
    }

    private long giveUpOld() {
        return room.giveUpOlderThan(clock.age() - settings.maxAge().toMillis(), kept());
    }

    /** Whether an earlier {@link #append} stored a frame under this key. */
    public synchronized boolean isTaken(long key) {
        return file.run(() -> file.number("SELECT 1 FROM taken WHERE key = ?", key) == 1);
    }

    /** The connection is back: later frames are live. */
    synchronized void beginEpisode() {
        backlogEnd = frames == 0 ? Long.MAX_VALUE : numbers.last();
    }

    /**
     * Selects the rows of the next transaction and records them on disk as in doubt.
     *
     * @param live share of the rows for live frames while older ones wait, 0 … 1
     * @param batched whether the rows may be stored without a position record; then they are not dropped before that is
     *     known
     */
    synchronized OutboxBatch begin(int mostRows, long mostBytes, double live, boolean batched) {
        frames -= giveUpOld();
        shares.clear();
        if (live == 0 || mostRows < 2) {
            // A single queue: live frames are not treated separately.
            backlogEnd = Long.MAX_VALUE;
        }
        return file.durably(() -> {
            int liveRows = live == 0 || backlogEnd == Long.MAX_VALUE
                    ? 0
                    : (int) Math.min(mostRows - 1, Math.max(1, mostRows * live));
            long liveBytes = (long) (mostBytes * live);
            List<Row> newest = liveRows == 0 ? List.of() : table.rows(backlogEnd, Long.MAX_VALUE, liveRows, liveBytes);
            List<Row> rows = table.rows(0, backlogEnd, mostRows - newest.size(), mostBytes - bytes(newest));
            List<OutboxBatch.Gap> sealedGaps = gaps.seal(GAPS);
            if (rows.isEmpty() && newest.isEmpty() && sealedGaps.isEmpty()) {
                return new OutboxBatch(List.of(), List.of(), new InDoubtTransaction(0, 0, 0, 0), false);
            }
            InDoubtTransaction next = doubt(rows, newest, sealedGaps);
            log.begin(next);
            doubt = next;
            if (batched && next.sequence() > mayHaveArrived) {
                log.mayHaveArrived(next.sequence());
                mayHaveArrived = next.sequence();
            }
            List<Row> all = new ArrayList<>(rows);
            all.addAll(newest);
            return new OutboxBatch(all, sealedGaps, next, all.size() < frames || sealedGaps.size() == GAPS);
        });
    }

    /** Whether new frames are due: one has waited long enough, or those of a sensor fill a batch. */
    synchronized boolean isBatchDue(FrameBatchSettings batches) {
        return !shares.isEmpty()
                && (System.nanoTime() - waitingSince >= batches.delay().toNanos()
                        || shares.values().stream()
                                .anyMatch(share -> share >= batches.most().bytes()));
    }

    /** Whether no frame was stored since the last round. */
    synchronized boolean isIdle() {
        return shares.isEmpty();
    }

    private InDoubtTransaction doubt(List<Row> rows, List<Row> newest, List<OutboxBatch.Gap> sealedGaps)
            throws SQLException {
        InDoubtTransaction known = log.known();
        long gap = sealedGaps.isEmpty()
                ? known.gap()
                : sealedGaps.get(sealedGaps.size() - 1).id();
        if (newest.isEmpty()) {
            long sequence = rows.isEmpty() ? known.sequence() : last(rows);
            return new InDoubtTransaction(sequence, known.liveFrom(), known.liveTo(), gap);
        }
        if (rows.isEmpty()) {
            // No backlog is left: from here on there is a single queue again.
            backlogEnd = Long.MAX_VALUE;
            return new InDoubtTransaction(last(newest), 0, 0, gap);
        }
        // The live frames that were sent ahead are contiguous.
        long from =
                known.liveFrom() > backlogEnd ? known.liveFrom() : newest.get(0).number();
        return new InDoubtTransaction(last(rows), from, last(newest), gap);
    }

    private static long last(List<Row> rows) {
        return rows.get(rows.size() - 1).number();
    }

    private static long bytes(List<Row> rows) {
        return rows.stream().mapToLong(row -> row.entry().footprint()).sum();
    }

    /** The rows that must not be dropped: those in doubt, and those that Kafka may have stored. */
    private @Nullable InDoubtTransaction kept() {
        if (doubt == null) {
            return mayHaveArrived == 0 ? null : new InDoubtTransaction(mayHaveArrived, 0, 0, 0);
        }
        return new InDoubtTransaction(
                Math.max(doubt.sequence(), mayHaveArrived), doubt.liveFrom(), doubt.liveTo(), doubt.gap());
    }

    /** The transaction in doubt: it is unknown whether Kafka committed it. */
    synchronized @Nullable InDoubtTransaction doubt() {
        return doubt;
    }

    /** Kafka committed this transaction; its position record is at this place. */
    synchronized void sent(InDoubtTransaction committed, int partition, long offset) {
        remove(committed, () -> {
            log.committed(committed, partition, offset);
            return true;
        });
    }

    /** Kafka stored these rows, without a position record. */
    synchronized void sent(InDoubtTransaction acknowledged) {
        remove(acknowledged, () -> {
            log.acknowledged(acknowledged);
            return true;
        });
    }

    private void remove(InDoubtTransaction sent, OutboxFile.Work<Boolean> note) {
        int gone = file.durably(() -> {
            int deleted = table.delete(sent);
            file.update("DELETE FROM gaps WHERE id <= ? AND sealed = 1", sent.gap());
            note.run();
            return deleted;
        });
        frames -= gone;
        doubt = null;
        if (frames == 0) {
            room.emptied();
        }
    }

    /** The newest position record, which confirms nothing new, is at this place. */
    synchronized void placed(int partition, long offset) {
        file.transaction(() -> {
            log.placed(partition, offset);
        });
    }

    /** Kafka aborted the transaction in doubt: its rows wait again. */
    synchronized void notSent() {
        file.durably(() -> {
            log.notSent();
        });
        doubt = null;
    }

    /** Drops rows that Kafka rejects because of their content. */
    synchronized void giveUp(List<Row> rows, String reason) {
        frames -= room.giveUp(rows, reason);
    }

    /** The position that is known to be sent, to be claimed by a starting process. */
    synchronized InDoubtTransaction known() {
        return file.run(log::known);
    }

    /** Partition and offset of the newest known position record; empty array if there is none. */
    synchronized long[] place() {
        return file.run(log::place);
    }

    /** Random id of the outbox. */
    long id() {
        return id;
    }

    synchronized long lastNumber() {
        return numbers.last();
    }

    /** Number of waiting frames. */
    public synchronized long frames() {
        return frames;
    }

    /** Number of frames that this process stored. */
    public synchronized long stored() {
        return stored;
    }

    /** Number of frames that this process dropped. */
    public synchronized long givenUp() {
        return room.givenUp();
    }

    /** Bytes of all its files. */
    public synchronized long diskBytes() {
        return file.diskBytes();
    }

    /** How long the oldest frame has waited, in milliseconds. */
    public synchronized long oldestAge() {
        return file.run(() -> frames == 0 ? 0 : clock.age() - table.oldest());
    }

    /** Whether there are no frames and no gaps. */
    public synchronized boolean isEmpty() {
        return frames == 0 && file.run(() -> file.number("SELECT count(*) FROM gaps")) == 0;
    }

    @Override
    public synchronized void close() {
        numbers.giveBack();
        file.close();
    }
}
