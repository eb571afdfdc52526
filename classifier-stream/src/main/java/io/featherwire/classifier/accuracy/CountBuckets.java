package io.featherwire.classifier.accuracy;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The counts in memory, by time bucket. Entries change the counts of open buckets only. The base is the sum of the
 * closed buckets that are too old for any window.
 */
final class CountBuckets {
    /**
     * A time bucket.
     *
     * @param end the end (exclusive), in ms since 1970. It is a multiple of the width at the time when the bucket was
     *     opened, so buckets have several widths after the setting was changed
     * @param tallies the counts by bundle or head
     */
    record Bucket(long start, long end, SortedMap<String, BundleCounts> tallies) {}

    private final long width;
    private final HeadClassNames classes;
    private final SortedMap<String, BundleCounts> base = new TreeMap<>();
    private final NavigableMap<Long, Bucket> buckets = new TreeMap<>();
    private final RollingSum total = new RollingSum();
    private final Map<Long, RollingSum> windows = new LinkedHashMap<>();
    /** The end of the newest closed bucket. Every bucket before this time is closed and does not change any more. */
    private long openFrom = Long.MIN_VALUE;

    /**
     * @param width the width of a bucket, in ms
     * @param windows the lengths of the rolling windows, in ms
     */
    CountBuckets(long width, List<Long> windows, HeadClassNames classes) {
        this.width = width;
        this.classes = classes;
        windows.forEach(length -> this.windows.put(length, new RollingSum()));
    }

    boolean isOpen(long time) {
        return time >= openFrom;
    }

    /**
     * The time at which a current event counts: {@code now}, or the start of the first open bucket if {@code now} is in
     * a closed bucket.
     */
    long timeInOpenBucket(long now) {
        return Math.max(now, openFrom);
    }

    /** Adds an entry to the counts ({@code sign} 1) or removes it ({@code sign} -1), in the open buckets only. */
    void apply(FrameEntry entry, int sign) {
        var prediction = entry.prediction();
        if (isOpen(entry.bucketTime())) {
            if (prediction == null) {
                forEachTally(entry.bucketTime(), Ledger.ALL_BUNDLES, tally -> tally.add(Counter.LABEL_PENDING, sign));
            } else {
                forEachTally(
                        entry.bucketTime(), prediction.bundle(), tally -> addFrame(tally, entry, prediction, sign));
            }
        }
        if (entry.lateAt() != FrameEntry.NEVER && prediction != null && isOpen(entry.lateAt())) {
            forEachTally(entry.lateAt(), prediction.bundle(), tally -> tally.add(Counter.LABEL_LATE, sign));
        }
    }

    /** Changes the counts in the bucket of a time, in the total, and in the windows that include the bucket. */
    private void forEachTally(long time, String bundle, Consumer<BundleCounts> change) {
        // With another width than before a restart, the newest closed bucket may end within this bucket.
        long start = Math.max(startOf(time), openFrom);
        change.accept(buckets.computeIfAbsent(start, at -> new Bucket(at, startOf(at) + width, new TreeMap<>()))
                .tallies()
                .computeIfAbsent(bundle, name -> new BundleCounts()));
        updateRollingSums(start, sum -> change.accept(sum.tally(bundle)));
    }

    private void updateRollingSums(long start, Consumer<RollingSum> change) {
        change.accept(total);
        windows.values().stream().filter(window -> window.covers(start)).forEach(change);
    }

    /** Adds one frame to counts ({@code sign} 1), or removes it ({@code sign} -1). */
    void addFrame(BundleCounts tally, FrameEntry entry, FramePrediction prediction, int sign) {
        tally.add(Counter.CLASSIFIED, sign);
        tally.add(Counter.PAYLOAD_BYTES, (long) sign * prediction.payloadBytes());
        if (prediction.isAudited()) {
            tally.add(Counter.AUDITED, sign);
            tally.add(Counter.AUDIT_IMAGE_BYTES, (long) sign * prediction.imageBytes());
            tally.add(Counter.AUDIT_AGREED, prediction.uncompressedClass() == prediction.classIndex() ? sign : 0);
        }
        var label = entry.label();
        if (label != null) {
            int actual = classes.indexOf(prediction.bundle(), label.name());
            boolean right = actual == prediction.classIndex();
            tally.add(Counter.MATCHED, sign);
            tally.add(Counter.CORRECT, right ? sign : 0);
            tally.add(Counter.LABEL_DELAY_MS, sign * (label.labelledAt() - prediction.classifiedAt()));
            tally.add(Counter.LABEL_CORRECTED, (long) sign * entry.corrections());
            tally.addCell(actual, prediction.classIndex(), sign);
            if (prediction.isAudited()) {
                boolean uncompressedRight = actual == prediction.uncompressedClass();
                tally.add(Counter.AUDIT_MATCHED, sign);
                tally.add(Counter.AUDIT_CORRECT, right ? sign : 0);
                tally.add(Counter.AUDIT_UNCOMPRESSED_CORRECT, uncompressedRight ? sign : 0);
                tally.add(Counter.AUDIT_BOTH_CORRECT, right && uncompressedRight ? sign : 0);
            }
        }
    }

    /** Restores a bucket that was closed before a restart. */
    void restoreClosed(long start, ClosedBucketCounts sum) {
        buckets.put(start, new Bucket(start, sum.upTo(), sum.tallies()));
        updateRollingSums(start, rolling -> rolling.add(sum.tallies(), 1));
        openFrom = Math.max(openFrom, sum.upTo());
    }

    /** Restores the base after a restart. Closed buckets that the base includes must not be restored. */
    void restoreBase(ClosedBucketCounts sum) {
        add(base, sum.tallies());
        total.add(sum.tallies(), 1);
        openFrom = Math.max(openFrom, sum.upTo());
    }

    /**
     * Closes the oldest open bucket if it ended at {@code deadline} or before; its waiting entries then count as given
     * up.
     *
     * @return the bucket; null if there is no such bucket
     */
    @Nullable
    Bucket closeOldest(long deadline) {
        var entry = buckets.ceilingEntry(openFrom);
        if (entry == null || entry.getValue().end() > deadline) {
            return null;
        }
        var oldest = entry.getValue();
        oldest.tallies().values().removeIf(BundleCounts::isEmpty);
        updateRollingSums(oldest.start(), sum -> sum.add(oldest.tallies(), -1));
        oldest.tallies().values().forEach(BundleCounts::closeWaiting);
        updateRollingSums(oldest.start(), sum -> sum.add(oldest.tallies(), 1));
        openFrom = oldest.end();
        return oldest;
    }

    /**
     * Adds the oldest closed bucket to the base if it ended at {@code deadline} or before.
     *
     * @return the bucket; null if there is no such bucket
     */
    @Nullable
    Bucket foldOldest(long deadline) {
        var entry = buckets.firstEntry();
        if (entry == null || entry.getKey() >= openFrom || entry.getValue().end() > deadline) {
            return null;
        }
        buckets.pollFirstEntry();
        add(base, entry.getValue().tallies());
        return entry.getValue();
    }

    SortedMap<String, BundleCounts> foldedCounts() {
        return base;
    }

    /** Moves the end of the windows to {@code now}. Call this method before {@link #foldOldest}. */
    void moveWindows(long now) {
        windows.forEach((length, window) -> window.startAfter(startOf(now) - length, buckets));
    }

    /**
     * The counts of a window by bundle or head, as a live view.
     *
     * @param length the length of the window, in ms
     */
    SortedMap<String, BundleCounts> window(long length) {
        return requireNonNull(windows.get(length)).currentCounts();
    }

    /** The total counts by bundle or head, as a live view. */
    SortedMap<String, BundleCounts> total() {
        return total.currentCounts();
    }

    long startOf(long time) {
        return Math.floorDiv(time, width) * width;
    }

    private static void add(SortedMap<String, BundleCounts> sum, Map<String, BundleCounts> more) {
        more.forEach((bundle, tally) ->
                sum.computeIfAbsent(bundle, name -> new BundleCounts()).addAll(tally, 1));
    }
}
