package io.featherwire.classifier.accuracy;

import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The counts by bundle of the buckets that start after some time, kept up to date change by change: to add up hundreds of buckets with
 * thousands of cells each second would cost more than all the rest of the ledger.
 */
final class RollingSum {
    private final SortedMap<String, BundleCounts> sum = new TreeMap<>();
    private long after = Long.MIN_VALUE;

    /** Whether the bucket that starts then is one of them. */
    boolean covers(long start) {
        return start > after;
    }

    BundleCounts tally(String bundle) {
        return sum.computeIfAbsent(bundle, name -> new BundleCounts());
    }

    /** Adds a bucket's counts ({@code sign} 1), or takes them out ({@code sign} -1). */
    void add(Map<String, BundleCounts> bucket, int sign) {
        bucket.forEach((bundle, counts) -> tally(bundle).addAll(counts, sign));
    }

    /** Moves the time after which buckets belong to it, in either direction. */
    void startAfter(long time, NavigableMap<Long, SortedMap<String, BundleCounts>> buckets) {
        if (time > after) {
            buckets.subMap(after, false, time, true).values().forEach(bucket -> add(bucket, -1));
        } else if (time < after) {
            buckets.subMap(time, false, after, true).values().forEach(bucket -> add(bucket, 1));
        }
        after = time;
    }

    /** The counts, which go on changing; a bundle stays in it when its counts have become zero. */
    SortedMap<String, BundleCounts> counts() {
        return sum;
    }
}
