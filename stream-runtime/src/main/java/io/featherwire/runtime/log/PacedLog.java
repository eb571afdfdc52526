package io.featherwire.runtime.log;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * A log that takes one line a minute, of what a client may bring about with every record that it sends: the next line says how many
 * were left out. One for each kind of line. Thread-safe.
 */
public final class PacedLog {

    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Logger log;
    private final LongSupplier clock;
    private boolean said;
    private long saidAt;
    private long leftOut;

    public PacedLog(Logger log) {
        this(log, System::nanoTime);
    }

    /** @param clock nanoseconds */
    PacedLog(Logger log, LongSupplier clock) {
        this.log = requireNonNull(log, "log");
        this.clock = requireNonNull(clock, "clock");
    }

    /** A line with its arguments, in the logger's own way. */
    public void warn(String format, @Nullable Object... arguments) {
        say(Level.WARN, format, arguments);
    }

    /** A line with its arguments, in the logger's own way. */
    public void error(String format, @Nullable Object... arguments) {
        say(Level.ERROR, format, arguments);
    }

    private void say(Level level, String format, @Nullable Object... arguments) {
        long more = leftOutBefore();
        if (more >= 0) {
            String suffix = more == 0 ? "" : " (and " + more + " more like it since the last such line)";
            log.atLevel(level).log(format + suffix, arguments);
        }
    }

    /** How many lines were left out since the last one; negative if this one is to be left out, too. */
    private synchronized long leftOutBefore() {
        long now = clock.getAsLong();
        if (said && now - saidAt < PAUSE.toNanos()) {
            leftOut++;
            return -1;
        }
        long more = leftOut;
        said = true;
        saidAt = now;
        leftOut = 0;
        return more;
    }
}
