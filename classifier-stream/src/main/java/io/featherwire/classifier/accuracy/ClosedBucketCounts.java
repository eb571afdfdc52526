package io.featherwire.classifier.accuracy;

import java.util.SortedMap;

/**
 * Counts that will never change again, by bundle: one closed bucket, or the sum of many.
 *
 * @param upTo end (exclusive) of the newest bucket in it, in ms
 * @param predictionOffset newest features offset that the ledger had taken in when it was written
 * @param labelOffset newest label offset that the ledger had taken in when it was written
 * @param tallies the counts by bundle
 */
record ClosedBucketCounts(
        long upTo, long predictionOffset, long labelOffset, SortedMap<String, BundleCounts> tallies) {}
