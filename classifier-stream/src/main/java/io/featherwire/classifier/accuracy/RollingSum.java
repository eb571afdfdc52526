package io.featherwire.classifier.accuracy;

import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The counts by bundle of the buckets that start after a given time, updated incrementally: adding up hundreds of
 * buckets with thousands of cells each second would cost more than the rest of the ledger.
 */
final class RollingSum {
    private final SortedMap<String, BundleCounts> sum = new TreeMap<>();
    private long after = Long.MIN_VALUE;

    /** Whether the bucket that starts at this time belongs to the sum. */
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

    /** Changes the time after which buckets belong to the sum, in either direction. */
    void startAfter(long time, NavigableMap<Long, SortedMap<String, BundleCounts>> buckets) {
        if (time > after) {
            buckets.subMap(after, false, time, true).values().forEach(bucket -> add(bucket, -1));
        } else if (time < after) {
            buckets.subMap(time, false, after, true).values().forEach(bucket -> add(bucket, 1));
        }
        after = time;
    }

    /** The counts, as a live view; a bundle whose counts have become zero stays in it. */
    SortedMap<String, BundleCounts> counts() {
        return sum;
    }
}
