package io.featherwire.cli.console;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import io.featherwire.runtime.BrokerCheck;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Lets each kind of warning of Kafka's clients through once in 30 seconds, since clients repeat warnings while a broker
 * is unavailable. Warnings of the client of {@link BrokerCheck} are dropped, since the check reports the problem
 * itself.
 */
public final class RepeatedWarnings extends TurboFilter {

    private static final long PAUSE = TimeUnit.SECONDS.toNanos(30);
    private static final int KINDS = 1_000;

    private final ConcurrentMap<String, Long> last = new ConcurrentHashMap<>();

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] params,
            @Nullable Throwable failure) {
        if (format == null
                || Logging.isVerbose()
                || !level.isGreaterOrEqual(Level.WARN)
                || !logger.getName().startsWith("org.apache.kafka.clients")) {
            return FilterReply.NEUTRAL;
        }
        if (format.contains("clientId=" + BrokerCheck.CLIENT_ID)) {
            return FilterReply.DENY;
        }
        return isDue(logger.getName() + format, System.nanoTime()) ? FilterReply.NEUTRAL : FilterReply.DENY;
    }

    /** Whether a warning of this kind is due. If it is, the next warning of this kind is due after the pause. */
    boolean isDue(String kind, long now) {
        if (last.size() >= KINDS) {
            last.clear();
        }
        boolean[] due = new boolean[1];
        last.compute(kind, (key, before) -> {
            due[0] = before == null || now - before >= PAUSE;
            return due[0] ? Long.valueOf(now) : before;
        });
        return due[0];
    }
}
