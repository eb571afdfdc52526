package io.featherwire.classifier.accuracy;

import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The sum of the buckets that start after a given time, by bundle or head. It is updated incrementally: to add up
 * hundreds of buckets with thousands of cells each second would take more CPU time than the rest of the ledger.
 */
final class RollingSum {
    private final SortedMap<String, BundleCounts> sum = new TreeMap<>();
    private long after = Long.MIN_VALUE;

    /** Whether the sum includes the bucket that starts at this time. */
    boolean covers(long start) {
        return start > after;
    }

    BundleCounts tally(String bundle) {
        return sum.computeIfAbsent(bundle, name -> new BundleCounts());
    }

    /** Adds a bucket's counts ({@code sign} 1), or subtracts them ({@code sign} -1). */
    void add(Map<String, BundleCounts> bucket, int sign) {
        bucket.forEach((bundle, counts) -> tally(bundle).addAll(counts, sign));
    }

    /** Sets the time after which buckets must start to be in the sum; it may be earlier or later than before. */
    void startAfter(long time, NavigableMap<Long, CountBuckets.Bucket> buckets) {
        if (time > after) {
            buckets.subMap(after, false, time, true).values().forEach(bucket -> add(bucket.tallies(), -1));
        } else if (time < after) {
            buckets.subMap(time, false, after, true).values().forEach(bucket -> add(bucket.tallies(), 1));
        }
        after = time;
    }

    /** The counts, as a live view. Bundles whose counts have become zero stay in it. */
    SortedMap<String, BundleCounts> currentCounts() {
        return sum;
    }
}
