package io.featherwire.classifier.accuracy;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Joins the classifications and labels of one partition by frame and counts each frame once.
 *
 * <p>The store is the only truth. One entry per frame says what was predicted and what its label is; every count in memory is a
 * function of the entries and of the closed buckets, and {@link #rebuild} computes it anew. When a time bucket is older than the
 * wait for labels, its counts are written once, as a whole ({@code CLOSED}); from then on its entries count no more, whether or
 * not they have been deleted yet. Closed buckets that no window needs are folded into one record ({@code BASE}), which says up to
 * when it reaches, so that a closed bucket which is still there after a crash is not counted twice. Each of these is a single
 * write, so a crash between any two writes leaves a store that counts each frame once.
 *
 * <p>Not thread-safe: one ledger belongs to one stream task.
 */
public final class Ledger {
    /** The "fingerprint" under which counts that belong to no single bundle are found. */
    public static final String ALL_BUNDLES = "0000000000000000";

    /** The window of all frames ever. */
    public static final String TOTAL = "total";

    private final LedgerStore store;
    private final LedgerSettings settings;
    private final ClassLists classes = new ClassLists();
    private final Buckets buckets;
    private final LastLabelled lastLabelled;
    private final Sweep sweep;
    private final Consumer<byte[]> refusedLabels;
    private final LedgerClock clock = new LedgerClock();
    private long predictionOffset = FrameEntry.NO_OFFSET;
    private long labelOffset = FrameEntry.NO_OFFSET;
    private long frames;

    private Ledger(LedgerStore store, LedgerSettings settings, Consumer<byte[]> refusedLabels) {
        this.store = store;
        this.settings = settings;
        this.refusedLabels = refusedLabels;
        this.buckets = new Buckets(
                settings.bucketMs(),
                settings.windows().stream().map(Duration::toMillis).toList(),
                classes);
        this.lastLabelled = new LastLabelled(settings.lastLabelled(), buckets);
        this.sweep = new Sweep(store, settings, buckets, lastLabelled);
    }

    /**
     * A ledger over what the store holds.
     *
     * @param refusedLabels gets the record of each label that waited for a frame whose bundle turns out to have no such class
     */
    public static Ledger rebuild(LedgerStore store, LedgerSettings settings, Consumer<byte[]> refusedLabels) {
        var ledger = new Ledger(store, settings, refusedLabels);
        ledger.load();
        return ledger;
    }

    private void load() {
        var base = store.get(LedgerKeys.base());
        long baseUpTo = Long.MIN_VALUE;
        if (base != null) {
            var sum = LedgerCodec.sum(base);
            takeOffsets(sum.predictionOffset(), sum.labelOffset());
            clock.passed(sum.upTo());
            buckets.restoreBase(sum);
            baseUpTo = sum.upTo();
        }
        long foldedBefore = baseUpTo;
        store.scan(new byte[] {LedgerKeys.CLASSES}, (key, value) -> loadOne(key, value, foldedBefore));
    }

    /** Kinds come in the order of their numbers: class names, then closed buckets, then frames. */
    private boolean loadOne(byte[] key, byte[] value, long foldedBefore) {
        switch (key[0]) {
            case LedgerKeys.CLASSES -> classes.put(LedgerKeys.bundleOf(key), LedgerCodec.classes(value));
            case LedgerKeys.CLOSED -> {
                var sum = LedgerCodec.sum(value);
                takeOffsets(sum.predictionOffset(), sum.labelOffset());
                clock.passed(sum.upTo());
                if (sum.upTo() > foldedBefore) {
                    buckets.restoreClosed(LedgerKeys.startOf(key), sum);
                }
            }
            case LedgerKeys.FRAME -> {
                var entry = LedgerCodec.frame(value);
                takeOffsets(entry.predictionOffset(), entry.labelOffset());
                clock.passed(Math.max(entry.newestTime(), entry.matchedAt()));
                buckets.apply(entry, 1);
                lastLabelled.put(key, entry);
                sweep.remember(entry);
                frames++;
            }
            default -> throw new IllegalStateException("unknown kind " + key[0] + " in the accuracy store");
        }
        return true;
    }

    /** Announces a bundle's class names; needed before the first prediction with it. */
    public void announce(String bundle, List<String> names) {
        if (!classes.has(bundle)) {
            store.put(LedgerKeys.classes(bundle), LedgerCodec.classes(names));
            classes.put(bundle, names);
        }
    }

    /** Takes in a classification. */
    public LedgerOutcome predicted(FrameKey frame, FramePrediction prediction, Position from, long now) {
        byte[] key = LedgerKeys.frame(frame);
        var old = read(key);
        boolean replay = (old == null || old.prediction() == null) && forgotten(from, predictionOffset, now);
        takeOffsets(from.offset(), FrameEntry.NO_OFFSET);
        if (replay) {
            return LedgerOutcome.DUPLICATE;
        }
        long at = buckets.countedAt(clock.at(now));
        if (old == null) {
            return write(
                    key,
                    null,
                    FrameEntry.predicted(prediction, at, from.offset(), FrameEntry.NO_OFFSET),
                    LedgerOutcome.CLASSIFIED);
        }
        if (old.prediction() != null) {
            return from.offset() <= old.predictionOffset()
                    ? LedgerOutcome.DUPLICATE
                    : write(key, old, old.seenAgain(from.offset()), LedgerOutcome.DUPLICATE);
        }
        var met = LabelsMet.of(old, name -> classes.indexOf(prediction.bundle(), name) != ClassLists.UNKNOWN);
        met.refused().forEach(refusedLabels);
        var counts = met.counts();
        if (counts != null && buckets.isOpen(old.bucketTime())) {
            return write(
                    key, old, old.met(prediction, counts, met.corrections(), at, from.offset()), LedgerOutcome.MATCHED);
        }
        var alone = FrameEntry.predicted(prediction, at, from.offset(), old.labelOffset());
        return write(key, old, alone, counts == null ? LedgerOutcome.UNKNOWN_LABEL : LedgerOutcome.CLASSIFIED);
    }

    /**
     * Takes in a label.
     *
     * @param record what it came in, for the case that it waits in vain
     */
    public LedgerOutcome labelled(FrameKey frame, FrameLabel label, byte[] record, Position from, long now) {
        byte[] key = LedgerKeys.frame(frame);
        var old = read(key);
        boolean replay = old == null || old.labelOffset() == FrameEntry.NO_OFFSET
                ? forgotten(from, labelOffset, now)
                : from.offset() <= old.labelOffset();
        takeOffsets(FrameEntry.NO_OFFSET, from.offset());
        if (replay) {
            return LedgerOutcome.DUPLICATE;
        }
        long at = buckets.countedAt(clock.at(now));
        if (old == null) {
            var waiting = FrameEntry.waiting(WaitingLabel.of(label, record), at, from.offset());
            return write(key, null, waiting, LedgerOutcome.EARLY);
        }
        boolean open = buckets.isOpen(old.bucketTime());
        var prediction = old.prediction();
        if (prediction == null) {
            // A label whose waiting label was given up starts to wait anew.
            var next = WaitingLabel.of(label, record);
            var waiting = open ? old.waitingToo(next, at, from.offset()) : FrameEntry.waiting(next, at, from.offset());
            return write(key, old, waiting, LedgerOutcome.EARLY);
        }
        if (classes.indexOf(prediction.bundle(), label.name()) == ClassLists.UNKNOWN) {
            return LedgerOutcome.UNKNOWN_LABEL;
        }
        if (!open) {
            return write(key, old, old.late(at, from.offset()), LedgerOutcome.LATE);
        }
        var before = old.label();
        var labelled = old.labelled(label, at, from.offset());
        return write(
                key,
                old,
                labelled,
                before == null
                        ? LedgerOutcome.MATCHED
                        : before.name().equals(label.name()) ? LedgerOutcome.DUPLICATE : LedgerOutcome.CORRECTED);
    }

    /**
     * A record that was taken in before, and whose entry is gone because it got too old: a replay after a long stop. Its offset
     * alone would not tell: a topic that was made anew starts from 0 again, but with young records.
     */
    private boolean forgotten(Position from, long takenIn, long now) {
        return from.offset() <= takenIn && from.timestamp() < now - settings.waitMs();
    }

    private LedgerOutcome write(byte[] key, @Nullable FrameEntry old, FrameEntry entry, LedgerOutcome outcome) {
        store.put(key, LedgerCodec.frame(entry));
        if (old == null) {
            frames++;
        } else {
            buckets.apply(old, -1);
        }
        buckets.apply(entry, 1);
        lastLabelled.put(key, entry);
        sweep.remember(entry);
        return outcome;
    }

    private @Nullable FrameEntry read(byte[] key) {
        byte[] value = store.get(key);
        return value == null ? null : LedgerCodec.frame(value);
    }

    private void takeOffsets(long prediction, long label) {
        predictionOffset = Math.max(predictionOffset, prediction);
        labelOffset = Math.max(labelOffset, label);
    }

    /** Gives up what waited too long and forgets what is old. To be called every second or so: each call does a bounded share. */
    public void expire(long now) {
        expireAt(clock.at(now));
    }

    private void expireAt(long now) {
        buckets.moveWindows(now);
        for (var closed = buckets.closeOldest(now - settings.waitMs());
                closed != null;
                closed = buckets.closeOldest(now - settings.waitMs())) {
            long start = closed.getKey();
            var sum = new ClosedSum(start + settings.bucketMs(), predictionOffset, labelOffset, closed.getValue());
            store.put(LedgerKeys.closed(start), LedgerCodec.sum(sum));
        }
        for (var start = buckets.foldOldest(now - settings.keepMs());
                start != null;
                start = buckets.foldOldest(now - settings.keepMs())) {
            var sum = new ClosedSum(start + settings.bucketMs(), predictionOffset, labelOffset, buckets.base());
            store.put(LedgerKeys.base(), LedgerCodec.sum(sum));
            store.delete(LedgerKeys.closed(start));
        }
        frames -= sweep.run(now, frames);
    }

    /** The counts now: window name, bundle, counts. Every window is there, the bundles only where something was counted. */
    public Map<String, SortedMap<String, BundleCounts>> windows(long now) {
        var windows = counts(now);
        windows.replaceAll((name, tallies) -> nonEmpty(tallies));
        return windows;
    }

    /** The same with bundles whose counts have become zero, too. The tallies stay the same objects and go on changing. */
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

    /** The class names of every bundle met so far, by fingerprint. */
    public Map<String, List<String>> classNames() {
        return classes.all();
    }

    /** Whether any bundle met so far has a class of this name. */
    public boolean knowsClass(String name) {
        return classes.hasClass(name);
    }

    /** How many frames and waiting labels the store remembers. */
    public long entries() {
        return frames;
    }
}
