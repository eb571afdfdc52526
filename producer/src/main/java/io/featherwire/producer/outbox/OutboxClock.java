package io.featherwire.producer.outbox;

import java.sql.SQLException;
import java.util.function.LongSupplier;

/**
 * The age of an outbox in milliseconds: the running time of its processes, and the time between them. The time between
 * them is counted only by a wall clock that Kafka has confirmed, so a wrong clock drops no frames.
 */
final class OutboxClock {

    private static final String AGE = "age";
    private static final String CONFIRMED = "confirmed.wall";
    private static final String CONFIRMED_AGE = "confirmed.age";
    /** Wall-clock time of the last write by an older release. */
    private static final String LEFT = "left";

    private final OutboxFile file;
    private final LongSupplier nanos;
    private final LongSupplier wall;
    private final long startNanos;
    private long startAge;
    /** Wall-clock time of the last confirmation, in milliseconds since 1970, and the age at that time; 0 for none. */
    private long confirmedWall;

    private long confirmedAge;

    /** @param wall milliseconds since 1970 */
    OutboxClock(OutboxFile file, LongSupplier nanos, LongSupplier wall) throws SQLException {
        this.file = file;
        this.nanos = nanos;
        this.wall = wall;
        this.startNanos = nanos.getAsLong();
        this.startAge = file.getState(AGE);
        this.confirmedWall = file.getState(CONFIRMED) == 0 ? file.getState(LEFT) : file.getState(CONFIRMED);
        this.confirmedAge = file.getState(CONFIRMED) == 0 ? startAge : file.getState(CONFIRMED_AGE);
    }

    long currentAge() {
        return startAge + (nanos.getAsLong() - startNanos) / 1_000_000;
    }

    /** Stores the outbox's age in the database; to be called within a transaction. */
    void save() throws SQLException {
        file.setState(AGE, currentAge());
    }

    /**
     * Called when Kafka has accepted a record with the time of the wall clock: brokers reject timestamps that are more
     * than an hour ahead. Time without a running process is now added to the age. A wall clock that is behind the age
     * changes nothing, so clock errors do not add up.
     */
    void confirm() {
        long now = wall.getAsLong();
        long age = currentAge();
        long passed = confirmedWall == 0 ? age : confirmedAge + now - confirmedWall;
        if (passed > age || confirmedWall == 0) {
            startAge += passed - age;
            confirmedWall = now;
            confirmedAge = passed;
            file.transaction(() -> {
                save();
                file.setState(CONFIRMED, now);
                file.setState(CONFIRMED_AGE, passed);
            });
        }
    }
}
