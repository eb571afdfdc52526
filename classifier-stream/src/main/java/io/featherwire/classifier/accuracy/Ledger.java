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
 * <p>The store is the only truth. One entry per frame says what the own head of its bundle predicted and what its label is, and one per
 * frame and further head what that one says and what its label is there; every count in memory is a
 * function of the entries and of the closed buckets, and {@link #rebuild} computes it anew. When a time bucket is older than the
 * wait for labels, its counts are written once, as a whole ({@code CLOSED}); from then on its entries count no more, whether or
 * not they have been deleted yet. Closed buckets that no window needs are folded into one record ({@code BASE}), which says up to
 * when it reaches, so that a closed bucket which is still there after a crash is not counted twice. Each of these is a single
 * write, so a crash between any two writes leaves a store that counts each frame once.
 *
 * <p>Not thread-safe: one ledger belongs to one stream task.
 */
public final class Ledger {
    /** The "fingerprint" of counts that belong to no single bundle. */
    public static final String ALL_BUNDLES = "0000000000000000";

    /** The window of all frames ever. */
    public static final String TOTAL = "total";

    private final LedgerStore store;
    private final LedgerSettings settings;
    private final HeadClassNames classes = new HeadClassNames();
    private final Buckets buckets;
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
        this.buckets = new Buckets(
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
     * @param refusedLabels receives the record of each label that waited for a frame whose heads do not have its class
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

    /** Kinds come in the order of their numbers: class names, then closed buckets, then frames. */
    private boolean loadOne(byte[] key, byte[] value) {
        switch (key[0]) {
            case LedgerKeys.CLASSES -> classes.put(LedgerCodec.head(LedgerKeys.headOfClasses(key), value));
            case LedgerKeys.CLOSED -> closed.load(key, value);
            case LedgerKeys.FRAME, LedgerKeys.FRAME_OF_HEAD -> {
                var entry = LedgerCodec.frame(value);
                if (key[0] == LedgerKeys.FRAME) {
                    // The entry of a further head is written first, since the own head's entry may not exist yet.
                    predictions.take(entry.predictionOffset());
                    labels.take(entry.labelOffset());
                }
                clock.passed(Math.max(entry.newestTime(), entry.matchedAt()));
                entries.load(key, entry);
            }
            default -> throw new IllegalStateException("unknown kind " + key[0] + " in the accuracy store");
        }
        return true;
    }

    /** Adds the own head of a bundle whose name is unknown. */
    void announce(String bundle, List<String> names) {
        announce(CountedHead.own(bundle, "", names));
    }

    /** Adds a head; required before its first prediction. */
    public void announce(CountedHead head) {
        var known = classes.find(head.fingerprint());
        if (known == head) {
            return;
        }
        if (!head.equals(known)) {
            store.put(LedgerKeys.classes(head.fingerprint()), LedgerCodec.head(head));
        }
        classes.put(head);
    }

    /** Adds a classification of a bundle without further heads. */
    public LedgerOutcome predicted(FrameKey frame, FramePrediction prediction, InputPosition from, long now) {
        return predicted(frame, prediction, List.of(), from, now);
    }

    /**
     * Adds the predictions of a frame.
     *
     * @param own prediction of its bundle's own head
     * @param further predictions of further heads
     * @return the outcome for the own head
     */
    public LedgerOutcome predicted(
            FrameKey frame, FramePrediction own, List<FramePrediction> further, InputPosition from, long now) {
        byte[] key = LedgerKeys.frame(frame);
        var old = entries.read(key);
        boolean forgotten = predictions.forgotten(from, now);
        predictions.take(from.offset());
        long at = buckets.countedAt(clock.at(now));
        var waiting = old != null && old.prediction() == null ? old : null;
        // Further heads come first: writing the own head's entry removes the waiting labels, which all heads must have
        // joined by then.
        for (var prediction : further) {
            byte[] keyOfHead = LedgerKeys.frame(prediction.bundle(), frame);
            if (!forgotten && entries.read(keyOfHead) == null) {
                firstPredicted(keyOfHead, null, waiting, prediction, at, from.offset());
            }
        }
        if (old != null && old.prediction() != null) {
            return from.offset() <= old.predictionOffset()
                    ? LedgerOutcome.DUPLICATE
                    : entries.write(key, old, old.seenAgain(from.offset()), LedgerOutcome.DUPLICATE);
        }
        if (forgotten) {
            return LedgerOutcome.DUPLICATE;
        }
        Predicate<FrameLabel> taken = label -> classes.takes(own.bundle(), label)
                || further.stream().anyMatch(each -> classes.takes(each.bundle(), label));
        if (waiting != null) {
            LabelJoin.refused(waiting, taken).forEach(refusedLabels);
        }
        var outcome = firstPredicted(key, old, waiting, own, at, from.offset());
        return waiting != null && LabelJoin.of(waiting, taken).counts() == null ? LedgerOutcome.UNKNOWN_LABEL : outcome;
    }

    /** Adds a head's first prediction of a frame, and joins the labels that have waited for it. */
    private LedgerOutcome firstPredicted(
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
                    FrameEntry.predicted(prediction, at, offset, FrameEntry.NO_OFFSET),
                    LedgerOutcome.CLASSIFIED);
        }
        var met = LabelJoin.of(waiting, label -> classes.takes(prediction.bundle(), label));
        var counts = met.counts();
        if (counts != null && buckets.isOpen(waiting.bucketTime())) {
            return entries.write(
                    key, old, waiting.met(prediction, counts, met.corrections(), at, offset), LedgerOutcome.MATCHED);
        }
        var alone = FrameEntry.predicted(prediction, at, offset, waiting.labelOffset());
        return entries.write(key, old, alone, LedgerOutcome.CLASSIFIED);
    }

    /**
     * Adds a label.
     *
     * @param record its record, for the dead letters if no head has its class
     */
    public LedgerOutcome labelled(FrameKey frame, FrameLabel label, byte[] record, InputPosition from, long now) {
        byte[] key = LedgerKeys.frame(frame);
        var old = entries.read(key);
        boolean replay = old == null || old.labelOffset() == FrameEntry.NO_OFFSET
                ? labels.forgotten(from, now)
                : from.offset() <= old.labelOffset();
        labels.take(from.offset());
        if (replay) {
            return LedgerOutcome.DUPLICATE;
        }
        long at = buckets.countedAt(clock.at(now));
        if (old == null) {
            var waiting = FrameEntry.waiting(UnmatchedLabel.of(label, record), at, from.offset());
            return entries.write(key, null, waiting, LedgerOutcome.EARLY);
        }
        boolean open = buckets.isOpen(old.bucketTime());
        var prediction = old.prediction();
        if (prediction == null) {
            // If the waiting label was given up, the new one starts its own wait.
            var next = UnmatchedLabel.of(label, record);
            var waiting = open ? old.waitingToo(next, at, from.offset()) : FrameEntry.waiting(next, at, from.offset());
            return entries.write(key, old, waiting, LedgerOutcome.EARLY);
        }
        var outcome = LedgerOutcome.UNKNOWN_LABEL;
        for (var head : classes.of(prediction.bundle())) {
            byte[] keyOfHead = LedgerKeys.frame(head.fingerprint(), frame);
            var entry = classes.takes(head.fingerprint(), label) ? entries.read(keyOfHead) : null;
            if (entry != null) {
                outcome = labelled(keyOfHead, entry, label, at, from.offset());
            }
        }
        return classes.takes(prediction.bundle(), label) ? labelled(key, old, label, at, from.offset()) : outcome;
    }

    /** Adds a label for a frame that a head has classified. */
    private LedgerOutcome labelled(byte[] key, FrameEntry old, FrameLabel label, long at, long offset) {
        if (offset <= old.labelOffset()) {
            return LedgerOutcome.DUPLICATE;
        }
        if (!buckets.isOpen(old.bucketTime())) {
            return entries.write(key, old, old.late(at, offset), LedgerOutcome.LATE);
        }
        var before = old.label();
        return entries.write(
                key,
                old,
                old.labelled(label, at, offset),
                before == null
                        ? LedgerOutcome.MATCHED
                        : before.name().equals(label.name()) ? LedgerOutcome.DUPLICATE : LedgerOutcome.CORRECTED);
    }

    /**
     * Gives up entries that waited too long and deletes expired ones. Call it about every second: each call does a
     * bounded amount of work.
     */
    public void expire(long now) {
        long at = clock.at(now);
        closed.closeAndFold(at);
        entries.expire(at);
    }

    /** The current counts by window name and head. Every window is present; heads without counts are not. */
    public Map<String, SortedMap<String, BundleCounts>> windows(long now) {
        var windows = counts(now);
        windows.replaceAll((name, tallies) -> nonEmpty(tallies));
        return windows;
    }

    /** The same including heads whose counts have become zero. The tallies are live views. */
    public Map<String, SortedMap<String, BundleCounts>> counts(long now) {
        buckets.moveWindows(clock.at(now));
        var windows = new LinkedHashMap<String, SortedMap<String, BundleCounts>>();
        windows.put(TOTAL, buckets.total());
        for (Duration window : settings.windows()) {
            windows.put(window.toString(), buckets.window(window.toMillis()));
        }
        windows.put("last-" + settings.lastLabelled(), lastLabelled.tallies());
        return windows;
    }

    private static SortedMap<String, BundleCounts> nonEmpty(SortedMap<String, BundleCounts> tallies) {
        var some = new TreeMap<>(tallies);
        some.values().removeIf(BundleCounts::isEmpty);
        return some;
    }

    /** Every known head by its fingerprint; the own head of a bundle by the bundle's. */
    public Map<String, CountedHead> heads() {
        return classes.all();
    }

    /** Whether any known head has a class of this name. */
    public boolean knowsClass(String name) {
        return classes.hasClass(name);
    }

    /** Number of frames and waiting labels in the store. */
    public long entries() {
        return entries.size();
    }
}
