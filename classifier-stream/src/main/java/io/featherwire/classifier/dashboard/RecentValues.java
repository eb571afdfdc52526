package io.featherwire.classifier.dashboard;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.stream.DoubleStream;

/** The values of the last 10 s, each with its time. The memory is bounded. */
final class RecentValues {
    private static final long KEPT_MS = 10_000;
    private static final int MOST = 5_000;
    /** The latest plausible time. */
    private static final long LATEST = Instant.parse("9999-01-01T00:00:00Z").toEpochMilli();

    /** A value at a time, in ms since 1970. */
    record TimedValue(long ms, double value) {}

    private final ArrayDeque<TimedValue> values = new ArrayDeque<>();

    void add(long at, double value) {
        if (at < 0 || at > LATEST) {
            return;
        }
        values.add(new TimedValue(at, value));
        while (values.size() > MOST || values.element().ms() < at - KEPT_MS) {
            values.remove();
        }
    }

    /** Removes the values that are older than 10 s. */
    void removeExpired(long now) {
        values.removeIf(value -> value.ms() < now - KEPT_MS);
    }

    void clear() {
        values.clear();
    }

    int size() {
        return values.size();
    }

    DoubleStream stream() {
        return values.stream().mapToDouble(TimedValue::value);
    }

    /** The increase per second between the first and the last value; 0 with fewer than two values. */
    double growthPerSecond() {
        if (values.size() < 2) {
            return 0;
        }
        var first = values.getFirst();
        var last = values.getLast();
        return last.ms() == first.ms() ? 0 : 1000 * (last.value() - first.value()) / (last.ms() - first.ms());
    }
}
