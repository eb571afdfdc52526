package io.featherwire.classifier.accuracy;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Joins the classifications and labels of one partition by frame and counts each frame once.
 *
 * <p>The store is authoritative. It has one entry for each frame, with the prediction of the bundle's own head and the
 * label, and one entry for each frame and further head. Every count in memory is a function of these entries and of the
 * closed buckets, and {@link #rebuild} computes it from them. When a time bucket is older than the wait for labels, the
 * ledger writes its counts once ({@code CLOSED}). After this write, the entries of the bucket do not count any more,
 * even if they are not deleted yet. The closed buckets that no window needs are added to one record ({@code BASE}).
 * This record contains the end of its newest bucket, so that a bucket that still exists after a crash is not counted
 * twice. Each of these steps is a single write, so a crash between two writes leaves a store that counts each frame
 * once.
 *
 * <p>Not thread-safe: each stream task has its own ledger.
 */
public final class Ledger {
    /** The fingerprint that stands for all bundles together. */
    public static final String ALL_BUNDLES = "0000000000000000";

    /** The name of the window of all frames. */
    public static final String TOTAL = "total";

    private final LedgerStore store;
    private final LedgerSettings settings;
    private final HeadClassNames classes = new HeadClassNames();
    private final CountBuckets buckets;
    private final RecentLabelledFrames lastLabelled;
    private final FrameEntries entries;
    private final Consumer<byte[]> refusedLabels;
    private final LedgerClock clock = new LedgerClock();
    private final InputOffsets predictions;
    private final InputOffsets labels;
    private final ClosedBuckets closed;

    private Ledger(LedgerStore store, LedgerSettings settings, Consumer<byte[]> refusedLabels) {
        this.store = store;
        this.settings = settings;
        this.refusedLabels = refusedLabels;
        this.buckets = new CountBuckets(
                settings.bucketMs(),
                settings.windows().stream().map(Duration::toMillis).toList(),
                classes);
        this.lastLabelled = new RecentLabelledFrames(settings.lastLabelled(), buckets);
        this.entries = new FrameEntries(store, settings, buckets, lastLabelled);
        this.predictions = new InputOffsets(settings.waitMs());
        this.labels = new InputOffsets(settings.waitMs());
        this.closed = new ClosedBuckets(store, settings, buckets, clock, predictions, labels);
    }

    /**
     * Creates a ledger from the content of the store.
     *
     * @param refusedLabels receives the record of each waiting label that is not a class of any head of its frame
     */
    public static Ledger rebuild(LedgerStore store, LedgerSettings settings, Consumer<byte[]> refusedLabels) {
        var ledger = new Ledger(store, settings, refusedLabels);
        ledger.load();
        return ledger;
    }

    private void load() {
        closed.loadBase();
        store.scan(new byte[] {LedgerKeys.CLASSES}, this::loadOne);
    }

    /**
     * Loads one entry. The scan returns the kinds in the order of their numbers: class names, closed buckets, frames.
     */
    private boolean loadOne(byte[] key, byte[] value) {
        switch (key[0]) {
            case LedgerKeys.CLASSES -> classes.put(LedgerCodec.decodeHead(LedgerKeys.headOfClasses(key), value));
            case LedgerKeys.CLOSED -> closed.load(key, value);
            case LedgerKeys.FRAME, LedgerKeys.FRAME_OF_HEAD -> {
                var entry = LedgerCodec.decodeFrame(value);
                if (key[0] == LedgerKeys.FRAME) {
                    // Only the own head's entry proves that a record was processed completely, since it is written
                    // last.
                    predictions.advanceTo(entry.predictionOffset());
                    labels.advanceTo(entry.labelOffset());
                }
                clock.advanceTo(Math.max(entry.newestTime(), entry.matchedAt()));
                entries.addStored(key, entry);
            }
            default -> throw new IllegalStateException("unknown kind " + key[0] + " in the accuracy store");
        }
        return true;
    }

    /** Adds a bundle's own head, without a name. */
    void addHead(String bundle, List<String> names) {
        addHead(CountedHead.ofBundle(bundle, "", names));
    }

    /** Adds a head; required before the head's first prediction. */
    @SuppressWarnings("ReferenceEquality") // the usual case, found without comparing a thousand class names
    public void addHead(CountedHead head) {
        var known = classes.find(head.fingerprint());
        if (known == head) {
            return;
        }
        if (!head.equals(known)) {
            store.put(LedgerKeys.classesKey(head.fingerprint()), LedgerCodec.encodeHead(head));
        }
        classes.put(head);
    }

    /** Adds the prediction of a bundle's own head, without further heads. */
    public LedgerOutcome addPrediction(FrameKey frame, FramePrediction prediction, InputPosition from, long now) {
        return addPrediction(frame, prediction, List.of(), from, now);
    }

    /**
     * Adds the predictions of a frame.
     *
     * @param own the prediction of the bundle's own head
     * @param further the predictions of further heads
     * @param now the machine's clock, in ms since 1970
     * @return the outcome for the own head
     */
    public LedgerOutcome addPrediction(
            FrameKey frame, FramePrediction own, List<FramePrediction> further, InputPosition from, long now) {
        byte[] key = LedgerKeys.frameKey(frame);
        var old = entries.read(key);
        boolean forgotten = predictions.isExpiredReplay(from, now);
        predictions.advanceTo(from.offset());
        long at = buckets.timeInOpenBucket(clock.correct(now));
        var waiting = old != null && old.prediction() == null ? old : null;
        // Further heads are written first: the write of the own head's entry removes the waiting labels, which further
        // heads also need.
        for (var prediction : further) {
            byte[] keyOfHead = LedgerKeys.frameKey(prediction.bundle(), frame);
            if (!forgotten && entries.read(keyOfHead) == null) {
                addFirstPrediction(keyOfHead, null, waiting, prediction, at, from.offset());
            }
        }
        if (old != null && old.prediction() != null) {
            return from.offset() <= old.predictionOffset()
                    ? LedgerOutcome.DUPLICATE
                    : entries.write(key, old, old.withReplay(from.offset()), LedgerOutcome.DUPLICATE);
        }
        if (forgotten) {
            return LedgerOutcome.DUPLICATE;
        }
        Predicate<FrameLabel> taken = label -> classes.accepts(own.bundle(), label)
                || further.stream().anyMatch(each -> classes.accepts(each.bundle(), label));
        if (waiting != null) {
            LabelJoin.recordsWithoutHead(waiting, taken).forEach(refusedLabels);
        }
        var outcome = addFirstPrediction(key, old, waiting, own, at, from.offset());
        return waiting != null && LabelJoin.join(waiting, taken).counts() == null
                ? LedgerOutcome.UNKNOWN_LABEL
                : outcome;
    }

    /** Adds a head's first prediction of a frame and joins it with the waiting labels. */
    private LedgerOutcome addFirstPrediction(
            byte[] key,
            @Nullable FrameEntry old,
            @Nullable FrameEntry waiting,
            FramePrediction prediction,
            long at,
            long offset) {
        if (waiting == null) {
            return entries.write(
                    key,
                    old,
                    FrameEntry.ofPrediction(prediction, at, offset, FrameEntry.NO_OFFSET),
                    LedgerOutcome.CLASSIFIED);
        }
        var met = LabelJoin.join(waiting, label -> classes.accepts(prediction.bundle(), label));
        var counts = met.counts();
        if (counts != null && buckets.isOpen(waiting.bucketTime())) {
            return entries.write(
                    key,
                    old,
                    waiting.withMatch(prediction, counts, met.corrections(), at, offset),
                    LedgerOutcome.MATCHED);
        }
        var alone = FrameEntry.ofPrediction(prediction, at, offset, waiting.labelOffset());
        return entries.write(key, old, alone, LedgerOutcome.CLASSIFIED);
    }

    /**
     * Adds a label.
     *
     * @param record the label's record, which becomes a dead letter if no head has the class
     * @param now the machine's clock, in ms since 1970
     */
    public LedgerOutcome addLabel(FrameKey frame, FrameLabel label, byte[] record, InputPosition from, long now) {
        byte[] key = LedgerKeys.frameKey(frame);
        var old = entries.read(key);
        boolean replay = old == null || old.labelOffset() == FrameEntry.NO_OFFSET
                ? labels.isExpiredReplay(from, now)
                : from.offset() <= old.labelOffset();
        labels.advanceTo(from.offset());
        if (replay) {
            return LedgerOutcome.DUPLICATE;
        }
        long at = buckets.timeInOpenBucket(clock.correct(now));
        if (old == null) {
            var waiting = FrameEntry.ofUnmatchedLabel(UnmatchedLabel.of(label, record), at, from.offset());
            return entries.write(key, null, waiting, LedgerOutcome.EARLY);
        }
        boolean open = buckets.isOpen(old.bucketTime());
        var prediction = old.prediction();
        if (prediction == null) {
            // If the waiting labels were given up, the new label starts its own wait.
            var next = UnmatchedLabel.of(label, record);
            var waiting = open
                    ? old.withFurtherWaiting(next, at, from.offset())
                    : FrameEntry.ofUnmatchedLabel(next, at, from.offset());
            return entries.write(key, old, waiting, LedgerOutcome.EARLY);
        }
        var outcome = LedgerOutcome.UNKNOWN_LABEL;
        for (var head : classes.headsOf(prediction.bundle())) {
            byte[] keyOfHead = LedgerKeys.frameKey(head.fingerprint(), frame);
            var entry = classes.accepts(head.fingerprint(), label) ? entries.read(keyOfHead) : null;
            if (entry != null) {
                outcome = addLabel(keyOfHead, entry, label, at, from.offset());
            }
        }
        return classes.accepts(prediction.bundle(), label) ? addLabel(key, old, label, at, from.offset()) : outcome;
    }

    /** Adds a label to the entry of a frame that has a prediction. */
    private LedgerOutcome addLabel(byte[] key, FrameEntry old, FrameLabel label, long at, long offset) {
        if (offset <= old.labelOffset()) {
            return LedgerOutcome.DUPLICATE;
        }
        if (!buckets.isOpen(old.bucketTime())) {
            return entries.write(key, old, old.withLateLabel(at, offset), LedgerOutcome.LATE);
        }
        var before = old.label();
        return entries.write(
                key,
                old,
                old.withLabel(label, at, offset),
                before == null
                        ? LedgerOutcome.MATCHED
                        : before.name().equals(label.name()) ? LedgerOutcome.DUPLICATE : LedgerOutcome.CORRECTED);
    }

    /**
     * Gives up entries that waited too long and deletes expired entries. Call this method about every second; each call
     * does a bounded amount of work.
     */
    public void expire(long now) {
        long at = clock.correct(now);
        closed.closeAndFold(at);
        entries.expire(at);
    }

    /**
     * The current counts by window and head. The result has every window, but only heads whose counts are not all zero.
     */
    public Map<String, SortedMap<String, BundleCounts>> windows(long now) {
        var windows = counts(now);
        windows.replaceAll((name, tallies) -> withoutEmpty(tallies));
        return windows;
    }

    /** The current counts by window and head, including heads whose counts have become zero, as live views. */
    public Map<String, SortedMap<String, BundleCounts>> counts(long now) {
        buckets.moveWindows(clock.correct(now));
        var windows = new LinkedHashMap<String, SortedMap<String, BundleCounts>>();
        windows.put(TOTAL, buckets.total());
        for (Duration window : settings.windows()) {
            windows.put(window.toString(), buckets.window(window.toMillis()));
        }
        windows.put(settings.lastLabelledName(), lastLabelled.tallies());
        return windows;
    }

    private static SortedMap<String, BundleCounts> withoutEmpty(SortedMap<String, BundleCounts> tallies) {
        var some = new TreeMap<>(tallies);
        some.values().removeIf(BundleCounts::isEmpty);
        return some;
    }

    /** Every known head by its fingerprint. The fingerprint of a bundle's own head is that of the bundle. */
    public Map<String, CountedHead> heads() {
        return classes.all();
    }

    /** Whether any known head has a class of this name. */
    public boolean hasClass(String name) {
        return classes.hasClass(name);
    }

    /** The number of entries of frames in the store. */
    public long entries() {
        return entries.size();
    }
}
