package io.featherwire.classifier.accuracy;

import java.util.SortedMap;

/**
 * The closed buckets in the store, and the base: one record with the sum of the closed buckets that no window needs.
 */
final class ClosedBuckets {

    private final LedgerStore store;
    private final LedgerSettings settings;
    private final CountBuckets buckets;
    private final LedgerClock clock;
    private final InputOffsets predictions;
    private final InputOffsets labels;
    private long foldedBefore = Long.MIN_VALUE;

    ClosedBuckets(
            LedgerStore store,
            LedgerSettings settings,
            CountBuckets buckets,
            LedgerClock clock,
            InputOffsets predictions,
            InputOffsets labels) {
        this.store = store;
        this.settings = settings;
        this.buckets = buckets;
        this.clock = clock;
        this.predictions = predictions;
        this.labels = labels;
    }

    /** Loads the base; required before {@link #load}. */
    void loadBase() {
        byte[] base = store.get(LedgerKeys.baseKey());
        if (base != null) {
            var sum = decode(base);
            buckets.restoreBase(sum);
            foldedBefore = sum.upTo();
        }
    }

    /** Loads a closed bucket, unless the base includes it: after a crash, such a bucket may not be deleted yet. */
    void load(byte[] key, byte[] value) {
        var sum = decode(value);
        if (sum.upTo() > foldedBefore) {
            buckets.restoreClosed(LedgerKeys.bucketStart(key), sum);
        }
    }

    private ClosedBucketCounts decode(byte[] value) {
        var sum = LedgerCodec.decodeCounts(value);
        predictions.advanceTo(sum.predictionOffset());
        labels.advanceTo(sum.labelOffset());
        clock.advanceTo(sum.upTo());
        return sum;
    }

    /**
     * Closes the buckets that are older than the wait for labels, and adds closed buckets that no window needs to the
     * base.
     */
    void closeAndFold(long now) {
        buckets.moveWindows(now);
        for (var closed = buckets.closeOldest(now - settings.waitMs());
                closed != null;
                closed = buckets.closeOldest(now - settings.waitMs())) {
            store.put(
                    LedgerKeys.closedKey(closed.start()),
                    LedgerCodec.encodeCounts(createCounts(closed.end(), closed.tallies())));
        }
        for (var folded = buckets.foldOldest(now - settings.keepMs());
                folded != null;
                folded = buckets.foldOldest(now - settings.keepMs())) {
            store.put(
                    LedgerKeys.baseKey(), LedgerCodec.encodeCounts(createCounts(folded.end(), buckets.foldedCounts())));
            store.delete(LedgerKeys.closedKey(folded.start()));
        }
    }

    private ClosedBucketCounts createCounts(long end, SortedMap<String, BundleCounts> tallies) {
        return new ClosedBucketCounts(end, predictions.newest(), labels.newest(), tallies);
    }
}
