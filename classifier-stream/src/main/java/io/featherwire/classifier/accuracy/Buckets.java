package io.featherwire.classifier.accuracy;

import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The counts in memory: a base that is too old for any window, closed buckets, and open buckets, which entries still change. */
final class Buckets {
    private final long width;
    private final ClassLists classes;
    private final SortedMap<String, Tally> base = new TreeMap<>();
    private final NavigableMap<Long, SortedMap<String, Tally>> buckets = new TreeMap<>();
    /** Every bucket that starts before is closed: nothing counts there any more. */
    private long openFrom = Long.MIN_VALUE;

    Buckets(long width, ClassLists classes) {
        this.width = width;
        this.classes = classes;
    }

    boolean isOpen(long time) {
        return startOf(time) >= openFrom;
    }

    /** The time at which something that happens now counts: now, unless the clock went back behind a closed bucket. */
    long countedAt(long now) {
        return Math.max(now, openFrom);
    }

    /** Counts what an entry says ({@code sign} 1) or takes it back ({@code sign} -1), in the open buckets only. */
    void apply(FrameEntry entry, int sign) {
        var prediction = entry.prediction();
        if (isOpen(entry.bucketTime())) {
            if (prediction == null) {
                tally(entry.bucketTime(), Ledger.ALL_BUNDLES).add(Count.LABEL_PENDING, sign);
            } else {
                count(tally(entry.bucketTime(), prediction.bundle()), entry, prediction, sign);
            }
        }
        if (entry.lateAt() != FrameEntry.NEVER && prediction != null && isOpen(entry.lateAt())) {
            tally(entry.lateAt(), prediction.bundle()).add(Count.LABEL_LATE, sign);
        }
    }

    /** Adds one frame to a tally, or takes it out. */
    void count(Tally tally, FrameEntry entry, FramePrediction prediction, int sign) {
        tally.add(Count.CLASSIFIED, sign);
        tally.add(Count.PAYLOAD_BYTES, (long) sign * prediction.payloadBytes());
        if (prediction.audited()) {
            tally.add(Count.AUDITED, sign);
            tally.add(Count.AUDIT_IMAGE_BYTES, (long) sign * prediction.imageBytes());
            tally.add(Count.AUDIT_AGREED, prediction.uncompressedClass() == prediction.classIndex() ? sign : 0);
        }
        var label = entry.label();
        if (label != null) {
            int actual = classes.indexOf(prediction.bundle(), label.name());
            boolean right = actual == prediction.classIndex();
            tally.add(Count.MATCHED, sign);
            tally.add(Count.CORRECT, right ? sign : 0);
            tally.add(Count.LABEL_DELAY_MS, sign * (label.labelledAt() - prediction.classifiedAt()));
            tally.add(Count.LABEL_CORRECTED, (long) sign * entry.corrections());
            tally.addCell(actual, prediction.classIndex(), sign);
            if (prediction.audited()) {
                boolean uncompressedRight = actual == prediction.uncompressedClass();
                tally.add(Count.AUDIT_MATCHED, sign);
                tally.add(Count.AUDIT_CORRECT, right ? sign : 0);
                tally.add(Count.AUDIT_UNCOMPRESSED_CORRECT, uncompressedRight ? sign : 0);
                tally.add(Count.AUDIT_BOTH_CORRECT, right && uncompressedRight ? sign : 0);
            }
        }
    }

    /** Takes over a bucket that was closed in an earlier life. */
    void restoreClosed(long start, ClosedSum sum) {
        buckets.put(start, sum.tallies());
        openFrom = Math.max(openFrom, sum.upTo());
    }

    /** Takes over the base of an earlier life; a closed bucket that is in it already must not be restored. */
    void restoreBase(ClosedSum sum) {
        add(base, sum.tallies());
        openFrom = Math.max(openFrom, sum.upTo());
    }

    /** The oldest open bucket that ended at {@code deadline} or before, with what still waits in it given up; or null. */
    Map.@Nullable Entry<Long, SortedMap<String, Tally>> closeOldest(long deadline) {
        var oldest = buckets.ceilingEntry(openFrom);
        if (oldest == null || oldest.getKey() + width > deadline) {
            return null;
        }
        oldest.getValue().values().removeIf(Tally::isEmpty);
        oldest.getValue().values().forEach(Tally::giveUpWaiting);
        openFrom = oldest.getKey() + width;
        return oldest;
    }

    /** The oldest closed bucket, moved into the base, if it ended at {@code deadline} or before; its start, or null. */
    @Nullable
    Long foldOldest(long deadline) {
        var oldest = buckets.firstEntry();
        if (oldest == null || oldest.getKey() >= openFrom || oldest.getKey() + width > deadline) {
            return null;
        }
        buckets.pollFirstEntry();
        add(base, oldest.getValue());
        return oldest.getKey();
    }

    SortedMap<String, Tally> base() {
        return base;
    }

    /** The counts by bundle of the buckets that start after {@code after}; fresh objects. */
    SortedMap<String, Tally> since(long after) {
        var sum = new TreeMap<String, Tally>();
        buckets.tailMap(after, false).values().forEach(bucket -> add(sum, bucket));
        return sum;
    }

    /** All counts by bundle; fresh objects. */
    SortedMap<String, Tally> total() {
        var sum = new TreeMap<String, Tally>();
        add(sum, base);
        buckets.values().forEach(bucket -> add(sum, bucket));
        return sum;
    }

    long startOf(long time) {
        return Math.floorDiv(time, width) * width;
    }

    private Tally tally(long time, String bundle) {
        return buckets.computeIfAbsent(startOf(time), start -> new TreeMap<>())
                .computeIfAbsent(bundle, name -> new Tally());
    }

    private static void add(SortedMap<String, Tally> sum, Map<String, Tally> more) {
        more.forEach((bundle, tally) ->
                sum.computeIfAbsent(bundle, name -> new Tally()).addAll(tally));
    }
}
