package io.featherwire.producer.outbox;

import static java.util.Objects.requireNonNull;

import io.featherwire.producer.outbox.OutboxBatch.Row;
import io.featherwire.schemas.OutboxPosition;
import io.featherwire.schemas.batch.FeatureBatches;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records on disk that wait to be sent. An accepted record is kept until it is known to be on its topic, or is counted
 * in a gap. Thread-safe; one thread sends.
 */
public final class Outbox implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    private static final int GAPS = 500;
    /** The number of keys that are kept of files that no longer exist: two keys for each of 100,000 files. */
    private static final int FILES_KEPT = 200_000;

    private final OutboxSettings settings;
    private final OutboxFile file;
    private final OutboxClock clock;
    private final SequenceNumbers numbers;
    private final FrameTable table;
    private final SendLog log;
    private final GapLog gaps;
    private final CapturedKeys keys;
    private final OutboxEviction room;
    private final OutboxQuality quality;
    private final UnacknowledgedRows unconfirmed;
    private final ProcessHistory history;
    private final long id;
    private final Map<String, Long> ordinals = new TreeMap<>();
    private final BatchTimer timer = new BatchTimer();
    private final SendQueue queue;

    private long frames;
    private long stored;

    private Outbox(OutboxSettings settings, OutboxFile file, LongSupplier nanos, LongSupplier wall) {
        this.settings = settings;
        this.file = file;
        this.numbers = new SequenceNumbers(file);
        this.table = new FrameTable(file);
        this.log = new SendLog(file);
        this.gaps = new GapLog(file);
        this.keys = new CapturedKeys(this, file, FILES_KEPT);
        this.queue = new SendQueue(table, log);
        this.clock = file.run(() -> new OutboxClock(file, nanos, wall));
        this.id = file.id();
        this.unconfirmed = file.run(() -> new UnacknowledgedRows(log));
        this.history = new ProcessHistory(this, file, numbers.last() + 1, gaps);
        this.room = new OutboxEviction(settings, file, gaps);
        this.quality = new OutboxQuality(settings, file);
        file.run(() -> {
            frames = table.count();
            ordinals.putAll(table.nextOrdinals());
        });
        frames -= room.shrinkToLimit(unconfirmed.undroppable());
        history.recordIfSpace();
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
     * Stores entries, all or none. After the call they are on disk, or dropped and counted in a gap.
     *
     * @throws OutboxException for which {@link OutboxException#isDiskFull} holds, if the disk has no space even
     *     for the gap; then nothing has changed, and the call can be retried
     * @param taken the keys of the images' files, for {@link CapturedKeys#isCaptured}
     * @param named the keys of frames whose sender gave the frame id; the newest 10,000 are kept
     */
    public synchronized void append(List<OutboxEntry> entries, Collection<Long> taken, Collection<Long> named) {
        frames -= dropOld();
        long footprint = entries.stream().mapToLong(OutboxEntry::footprint).sum();
        frames -= room.makeSpace(footprint, unconfirmed.undroppable());
        boolean refuse = settings.full() == OverflowPolicy.NEWEST && !room.hasSpaceFor(footprint);
        try {
            insert(entries, () -> keys.add(taken, named), refuse ? OverflowPolicy.NEWEST.reason() : null);
        } catch (OutboxException e) {
            if (!OutboxFile.isFull(e)) {
                throw e;
            }
            // The disk is full although the outbox is below its configured size.
            long gone = settings.full().dropsOldest() ? room.dropOldest("disk-full", unconfirmed.undroppable()) : 0;
            frames -= gone;
            insert(entries, () -> keys.add(taken, named), gone > 0 ? null : "disk-full");
        }
    }

    private void insert(List<OutboxEntry> entries, OutboxFile.Change noting, @Nullable String giveUp) {
        Admission admission = Admission.admit(entries, ordinals, giveUp == null ? room.stride() : 0, numbers);
        file.transaction(() -> {
            for (Admission.Kept kept : admission.kept()) {
                table.insert(kept.number(), kept.ordinal(), clock.currentAge(), kept.entry());
            }
            quality.logFrames(admission.kept());
            for (OutboxEntry entry : admission.dropped()) {
                gaps.add(
                        entry.sensorId(),
                        giveUp == null ? OverflowPolicy.THIN.reason() : giveUp,
                        entry.frameId(),
                        entry.capturedAt(),
                        entry.value().length);
            }
            noting.run();
            clock.save();
        });
        ordinals.putAll(admission.nextOrdinals());
        timer.add(admission.kept());
        frames += admission.kept().size();
        stored += admission.kept().size();
        quality.onStored(admission.kept());
        room.countDropped(admission.dropped().size());
    }

    private long dropOld() {
        return room.dropOlderThan(clock.currentAge() - settings.maxAge().toMillis(), unconfirmed.undroppable());
    }

    public CapturedKeys capturedKeys() {
        return keys;
    }

    /** Called when a connection was made: frames that are stored later are live. */
    synchronized void onConnected() {
        queue.onConnected(numbers.last(), frames > 0);
    }

    /** Called when Kafka has accepted a record with the time of this device's clock. */
    synchronized void confirmClock() {
        clock.confirm();
    }

    /**
     * Selects the rows of the next transaction and records them on disk as in doubt.
     *
     * @param live share of the rows for live frames while older ones wait, 0 … 1
     * @param batched whether Kafka may store the rows without a position record; such rows are not dropped until it is
     *     known whether Kafka has them
     */
    synchronized OutboxBatch begin(int maxRows, long maxBytes, double live, boolean batched) {
        frames -= dropOld();
        timer.clear();
        return file.durableTransaction(() -> {
            List<OutboxBatch.Gap> sealedGaps = gaps.seal(GAPS, maxBytes / 2);
            SendQueue.Selection selection =
                    queue.select(maxRows, maxBytes - OutboxBatch.sizeOf(sealedGaps), live, sealedGaps.isEmpty());
            if (selection.isEmpty() && sealedGaps.isEmpty()) {
                return OutboxBatch.NOTHING;
            }
            InDoubtTransaction next = queue.transactionCovering(selection, sealedGaps);
            unconfirmed.begin(next, batched);
            List<Row> all = selection.all();
            return new OutboxBatch(all, sealedGaps, next, all.size() < frames || gaps.count() > sealedGaps.size());
        });
    }

    /** Whether new frames are due: one has waited long enough, or those of a sensor fill a batch. */
    synchronized boolean isBatchDue(FrameBatchSettings batches) {
        return timer.isDue(batches);
    }

    /** Whether no frame was stored since the last {@link #begin}. */
    synchronized boolean isIdle() {
        return timer.isIdle();
    }

    /** The transaction of which it is unknown whether Kafka committed it; null if there is none. */
    synchronized @Nullable InDoubtTransaction inDoubt() {
        return unconfirmed.inDoubt();
    }

    /** Removes the rows of a transaction that Kafka committed, and notes the place of its position record. */
    synchronized void markSent(InDoubtTransaction committed, int partition, long offset) {
        remove(committed, () -> log.onCommitted(committed, partition, offset));
    }

    /** Removes rows that Kafka stored without a position record. */
    synchronized void markSent(InDoubtTransaction acknowledged) {
        remove(acknowledged, () -> log.onAcknowledged(acknowledged));
    }

    private void remove(InDoubtTransaction sent, OutboxFile.Change note) {
        int gone = file.durableTransaction(() -> {
            int deleted = table.delete(sent);
            file.update("DELETE FROM gaps WHERE id <= ? AND sealed = 1", sent.gap());
            note.run();
            return deleted;
        });
        frames -= gone;
        unconfirmed.endDoubt();
        onFewer();
    }

    private void onFewer() {
        quality.onSent(frames == 0);
        if (frames == 0) {
            room.onEmptied();
        }
    }

    /** Notes the place of a position record that confirms no new rows. */
    synchronized void setPositionOffset(int partition, long offset) {
        file.transaction(() -> log.setPositionOffset(partition, offset));
        history.onConfirmed();
    }

    /**
     * Removes the rows that a position covers, if a process of this outbox wrote it. There are such rows if this outbox
     * is a copy that was made before they were sent.
     */
    synchronized void catchUp(OutboxPosition position) {
        InDoubtTransaction known = lastKnown();
        InDoubtTransaction sent = DeviceClaim.rangeOf(position).max(known);
        if (position.getOutbox() != id
                || sent.equals(known)
                || history.writerOf(position) != ProcessHistory.Writer.OWN) {
            return;
        }
        int gone = file.durableTransaction(() -> {
            file.update("DELETE FROM gaps WHERE id <= ?", sent.gap());
            log.setKnown(sent);
            return table.delete(sent);
        });
        if (gone > 0) {
            LOG.warn("{} frames of the outbox were sent since this copy of the outbox was made: not sent again", gone);
        }
        frames -= gone;
        onFewer();
    }

    /** Notes that the transaction in doubt was not stored: its rows wait again. */
    synchronized void markNotSent() {
        file.durableTransaction(log::markNotSent);
        unconfirmed.endDoubt();
    }

    /** Drops rows that Kafka rejects, and counts them in a gap. */
    synchronized void drop(List<Row> rows, String reason) {
        frames -= room.drop(rows, reason);
    }

    /** The range that is known to be sent, which a starting process writes as its position. */
    synchronized InDoubtTransaction lastKnown() {
        return file.run(log::lastKnown);
    }

    /** Partition and offset of the newest known position record; empty array if there is none. */
    synchronized long[] positionPlace() {
        return file.run(log::positionPlace);
    }

    /** The processes that used this outbox, this one included. */
    ProcessHistory history() {
        return history;
    }

    /** Random id of the outbox. */
    long id() {
        return id;
    }

    /** Frames with higher numbers were never sent from this outbox, neither by this process nor by an earlier one. */
    synchronized long highestSent() {
        InDoubtTransaction doubt = unconfirmed.inDoubt();
        long known = Math.max(lastKnown().sequence(), unconfirmed.mayHaveArrived());
        return doubt == null ? known : Math.max(known, doubt.sequence());
    }

    synchronized long lastNumber() {
        return numbers.last();
    }

    /** Number of waiting frames. */
    public synchronized long frames() {
        return frames;
    }

    /** Number of frames that this process stored. */
    public synchronized long storedFrames() {
        return stored;
    }

    /** Number of frames that this process dropped. */
    public synchronized long droppedFrames() {
        return room.droppedFrames();
    }

    /** The quality step for new frames, which depends on the fill level: 0 for full quality, at most 3. */
    public synchronized int coarserStep() {
        return quality.step();
    }

    /** Number of frames of lower quality that this process stored. */
    public synchronized long coarserFrames() {
        return quality.coarserFrames();
    }

    /** Size of all files of the outbox, in bytes. */
    public synchronized long diskBytes() {
        return file.diskBytes();
    }

    /** How long the oldest frame has waited, in milliseconds. */
    public synchronized long oldestAge() {
        return file.run(() -> frames == 0 ? 0 : clock.currentAge() - table.oldestAge());
    }

    /** Whether there are no frames and no gaps. */
    public synchronized boolean isEmpty() {
        return frames == 0 && file.run(gaps::count) == 0;
    }

    @Override
    public synchronized void close() {
        numbers.returnUnused();
        file.close();
    }
}
