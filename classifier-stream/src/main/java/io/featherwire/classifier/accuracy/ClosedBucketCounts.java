package io.featherwire.classifier.accuracy;

import java.util.SortedMap;

/**
 * The final counts of one closed bucket, or of several closed buckets together.
 *
 * @param upTo the end (exclusive) of the newest bucket, in ms since 1970
 * @param predictionOffset the offset of the newest features record that the ledger had processed when this record was
 *     written
 * @param labelOffset the offset of the newest label that the ledger had processed when this record was written
 * @param tallies the counts by bundle or head
 */
record ClosedBucketCounts(
        long upTo, long predictionOffset, long labelOffset, SortedMap<String, BundleCounts> tallies) {}
