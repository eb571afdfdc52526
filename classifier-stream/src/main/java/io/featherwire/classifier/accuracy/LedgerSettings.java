package io.featherwire.classifier.accuracy;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * The settings of a ledger.
 *
 * @param bucket width of a time bucket
 * @param labelWait how long a frame waits for its label and a label for its frame; what was given up is remembered for
 *     as long again, so that what comes then is known to be late
 * @param windows the rolling windows, over the time of classification
 * @param lastLabelled number of newest labelled frames that make one more window
 */
public record LedgerSettings(Duration bucket, Duration labelWait, List<Duration> windows, int lastLabelled) {
    /** Rejects invalid settings. */
    public LedgerSettings {
        windows = List.copyOf(windows);
        if (requireNonNull(bucket, "bucket").toMillis() < 1) {
            throw new IllegalArgumentException("bucket " + bucket + " is shorter than 1 ms");
        }
        if (requireNonNull(labelWait, "labelWait").compareTo(bucket) < 0) {
            throw new IllegalArgumentException("labelWait " + labelWait + " is shorter than a bucket, " + bucket);
        }
        for (var window : windows) {
            if (window.compareTo(bucket) < 0) {
                throw new IllegalArgumentException("window " + window + " is shorter than a bucket, " + bucket);
            }
        }
        if (lastLabelled < 1) {
            throw new IllegalArgumentException("lastLabelled " + lastLabelled + " is not positive");
        }
    }

    /** Ten-second buckets, a quarter of an hour for the labels, windows of one minute, five minutes and one hour. */
    public static LedgerSettings defaults() {
        return new LedgerSettings(
                Duration.ofSeconds(10),
                Duration.ofMinutes(15),
                List.of(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofHours(1)),
                1_000);
    }

    long bucketMs() {
        return bucket.toMillis();
    }

    long waitMs() {
        return labelWait.toMillis();
    }

    /** How long after its end a bucket is kept separately, in ms. */
    long keepMs() {
        return windows.stream().mapToLong(Duration::toMillis).reduce(waitMs(), Math::max);
    }
}
