package io.featherwire.producer.outbox;

/** The timestamp of a record that waited on a device. */
public final class RecordTime {

    private static final long OLDEST_MILLIS = 3_600_000;

    private RecordTime() {}

    /**
     * A clock that was ahead when the frame was stored may be right by now, and brokers refuse the future; what seems old, after a
     * long cut or by a clock that was behind, a topic's retention would delete as soon as it is sent.
     *
     * @param written by the device's clock, in milliseconds since 1970
     */
    public static long of(long written, long now) {
        return Math.max(now - OLDEST_MILLIS, Math.min(written, now));
    }
}
