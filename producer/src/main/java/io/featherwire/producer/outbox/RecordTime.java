package io.featherwire.producer.outbox;

/** The timestamp of a record that waited on a device. */
public final class RecordTime {

    private static final long OLDEST_MILLIS = 3_600_000;

    /** 1 January 2020. A clock with an earlier time was never set, such as after a start without a battery. */
    private static final long SET_MILLIS = 1_577_836_800_000L;

    private RecordTime() {}

    /**
     * The time by the device's clock or, if this clock was never set, the last time that is known.
     *
     * @param clock the time by the device's clock, in milliseconds since 1970
     * @param known the time of the device's last position record, in milliseconds since 1970; 0 if there is none
     */
    static long now(long clock, long known) {
        return clock < SET_MILLIS ? Math.max(clock, known) : clock;
    }

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
