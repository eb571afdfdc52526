package io.featherwire.classifier.accuracy;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * The settings of a ledger.
 *
 * @param bucket the width of a time bucket
 * @param labelWait how long a frame waits for its label and a label for its frame. Entries that were given up are
 *     stored for the same time again, so that a label that arrives then counts as late
 * @param windows the lengths of the rolling windows, over the time of classification
 * @param lastLabelled the number of frames in the window of the newest labelled frames
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

    /**
     * Buckets of 10 s, 15 minutes for labels, windows of 1 minute, 5 minutes and 1 hour, and the newest 1,000 labelled
     * frames.
     */
    public static LedgerSettings defaults() {
        return new LedgerSettings(
                Duration.ofSeconds(10),
                Duration.ofMinutes(15),
                List.of(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofHours(1)),
                1_000);
    }

    /**
     * Whether a window is one that a ledger with these settings counts.
     *
     * @param name the name in a snapshot: total, an ISO-8601 duration, or last-N
     */
    public boolean hasWindow(String name) {
        return name.equals(Ledger.TOTAL)
                || name.equals(lastLabelledName())
                || windows.stream().map(Duration::toString).anyMatch(name::equals);
    }

    /** The name of the window of the newest labelled frames. */
    String lastLabelledName() {
        return "last-" + lastLabelled;
    }

    long bucketMs() {
        return bucket.toMillis();
    }

    long waitMs() {
        return labelWait.toMillis();
    }

    /** The time after its end for which a closed bucket is stored separately, in ms. */
    long keepMs() {
        return windows.stream().mapToLong(Duration::toMillis).reduce(waitMs(), Math::max);
    }
}
