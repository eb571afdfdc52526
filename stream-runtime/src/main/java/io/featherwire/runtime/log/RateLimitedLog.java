package io.featherwire.runtime.log;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * A rate-limited log for events that a client can cause with every record. It logs one line a minute, with the number
 * of suppressed lines. Optionally, the first lines are not limited. Use one object for each kind of line. Thread-safe.
 */
public final class RateLimitedLog {

    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Logger log;
    private final LongSupplier clock;
    private int unlimited;
    private boolean logged;
    private long lastNanos;
    private long suppressed;

    public RateLimitedLog(Logger log) {
        this(log, 0);
    }

    /** @param unlimited the number of lines at the start that are logged without a limit */
    public RateLimitedLog(Logger log, int unlimited) {
        this(log, System::nanoTime, unlimited);
    }

    /** @param clock a clock in nanoseconds */
    RateLimitedLog(Logger log, LongSupplier clock, int unlimited) {
        this.log = requireNonNull(log, "log");
        this.clock = requireNonNull(clock, "clock");
        this.unlimited = unlimited;
    }

    /** Logs a line with its arguments, in the logger's format. */
    public void info(String format, @Nullable Object... arguments) {
        write(Level.INFO, format, arguments);
    }

    /** Logs a line with its arguments, in the logger's format. */
    public void warn(String format, @Nullable Object... arguments) {
        write(Level.WARN, format, arguments);
    }

    /** Logs a line with its arguments, in the logger's format. */
    public void error(String format, @Nullable Object... arguments) {
        write(Level.ERROR, format, arguments);
    }

    private void write(Level level, String format, @Nullable Object... arguments) {
        long more = suppressedBefore();
        if (more >= 0) {
            String suffix = more == 0 ? "" : " (and " + more + " similar messages since the last one)";
            log.atLevel(level).log(format + suffix, arguments);
        }
    }

    /**
     * The number of lines that were suppressed since the last logged line; negative if this line must also be
     * suppressed.
     */
    private synchronized long suppressedBefore() {
        long now = clock.getAsLong();
        if (unlimited > 0) {
            unlimited--;
            return 0;
        }
        if (logged && now - lastNanos < PAUSE.toNanos()) {
            suppressed++;
            return -1;
        }
        long more = suppressed;
        logged = true;
        lastNanos = now;
        suppressed = 0;
        return more;
    }
}
