package io.featherwire.runtime.record;

import io.featherwire.runtime.log.RateLimitedLog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.slf4j.LoggerFactory;

/**
 * Corrects timestamps of clients. A time that is implausible in milliseconds since 1970 (because it is in seconds,
 * micro- or nanoseconds, or the client has no clock) is replaced by the timestamp of its record. Thread-safe.
 */
public final class TimestampCorrection {

    /** The earliest plausible time. Seconds that are read as milliseconds give a time in 1970. */
    public static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    /** The latest plausible time, relative to the current time. */
    public static final Duration AHEAD = Duration.ofDays(1);

    private final String field;
    private final Clock clock;
    private final Counter replaced;
    private final RateLimitedLog log = new RateLimitedLog(LoggerFactory.getLogger(TimestampCorrection.class));

    /**
     * @param field the field with the times, such as capturedAt
     * @param registry gets a counter of the replaced times
     */
    public TimestampCorrection(String field, Clock clock, MeterRegistry registry) {
        this.field = field;
        this.clock = clock;
        this.replaced = Counter.builder("featherwire.times.replaced")
                .description("Implausible times that were replaced by the record's timestamp.")
                .tag("field", field)
                .register(registry);
    }

    /**
     * The given time, or its replacement.
     *
     * @param recordTime the timestamp of the record, in milliseconds since 1970
     */
    public Instant correct(Instant time, long recordTime) {
        Instant now = clock.instant();
        if (isPlausible(time, now)) {
            return time;
        }
        replaced.increment();
        log.warn(
                "{} is not in milliseconds since 1970: {}; the record's timestamp is used instead ({} times so far)",
                field,
                time,
                (long) replaced.count());
        Instant ofRecord = Instant.ofEpochMilli(recordTime);
        return isPlausible(ofRecord, now) ? ofRecord : now.truncatedTo(ChronoUnit.MILLIS);
    }

    private static boolean isPlausible(Instant time, Instant now) {
        return !time.isBefore(EARLIEST) && !time.isAfter(now.plus(AHEAD));
    }
}
