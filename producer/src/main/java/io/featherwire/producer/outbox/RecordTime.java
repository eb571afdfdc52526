package io.featherwire.producer.outbox;

/** The timestamp of a record that waited on a device. */
public final class RecordTime {

    private static final long OLDEST_MILLIS = 3_600_000;

    private RecordTime() {}

    /**
     * Moves a time into the last hour. Brokers reject a time in the future, which a clock that was ahead may have
     * written. A topic's retention would at once delete a record with an old time, which comes from a long time without
     * connection or from a clock that was behind.
     *
     * @param written the time by the device's clock, in milliseconds since 1970
     */
    public static long of(long written, long now) {
        return Math.max(now - OLDEST_MILLIS, Math.min(written, now));
    }
}
