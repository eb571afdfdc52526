package io.featherwire.lab.bench;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * The traffic of features records to one partition.
 *
 * @param framesPerSecond on the partition, all its sensors together
 * @param gathering how long records are gathered: the producer's linger, or under exactly-once the commit interval
 * @param exactlyOnce whether each batch is a transaction, which ends with a marker of its own in the log
 */
record RecordTraffic(int framesPerSecond, Duration gathering, boolean exactlyOnce) {

    RecordTraffic {
        requireNonNull(gathering, "gathering");
        if (framesPerSecond < 1 || gathering.isNegative()) {
            throw new IllegalArgumentException("a scenario needs frames and no negative time");
        }
    }

    /** Mean frames within one gathering interval, at least one. */
    int framesPerBatch() {
        return (int) Math.max(1, Math.round(framesPerSecond * (gathering.toNanos() / 1e9)));
    }

    String guarantee() {
        return exactlyOnce ? "exactly_once_v2" : "at_least_once";
    }
}
