package io.featherwire.producer;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * Generates unique frame ids: the millisecond in which the run began and a counter, both in base 36, such as
 * {@code cv5k3x9-4f}. Ids are short because they are a large part of a features record.
 */
final class FrameIds {

    private static final long EPOCH_MILLIS =
            Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private static final int RADIX = 36;

    private final String run;
    private long count;

    FrameIds(Instant start) {
        long millis = requireNonNull(start, "start").toEpochMilli() - EPOCH_MILLIS;
        // A clock before 2026 is wrong. The ids then begin with a minus sign, and are unique as well.
        this.run = Long.toString(millis, RADIX);
    }

    String nextId() {
        return run + "-" + Long.toString(count++, RADIX);
    }
}
