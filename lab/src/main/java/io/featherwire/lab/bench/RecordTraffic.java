package io.featherwire.lab.bench;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * The traffic of the topic features to one partition.
 *
 * @param framesPerSecond frames per second of all sensors of the partition
 * @param gathering time in which records are collected for a batch: the producer's linger, or the commit interval under
 *     exactly-once
 * @param exactlyOnce whether each batch is a transaction, which adds a marker to the log
 */
record RecordTraffic(int framesPerSecond, Duration gathering, boolean exactlyOnce) {

    RecordTraffic {
        requireNonNull(gathering, "gathering");
        if (framesPerSecond < 1 || gathering.isNegative()) {
            throw new IllegalArgumentException(
                    "a scenario needs at least one frame per second and a non-negative gathering time");
        }
    }

    /** The mean number of frames in one batch, at least one. */
    int framesPerBatch() {
        return (int) Math.max(1, Math.round(framesPerSecond * (gathering.toNanos() / 1e9)));
    }

    String guarantee() {
        return exactlyOnce ? "exactly_once_v2" : "at_least_once";
    }
}
