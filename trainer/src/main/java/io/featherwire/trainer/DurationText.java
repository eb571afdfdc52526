package io.featherwire.trainer;

import java.time.Duration;
import java.util.Locale;

/** Formats durations for messages. */
final class DurationText {
    private DurationText() {}

    static String format(Duration duration) {
        if (duration.toDays() > 1) {
            return String.format(Locale.ROOT, "%.1f days", duration.toHours() / 24.0);
        }
        if (duration.toHours() > 0) {
            return String.format(Locale.ROOT, "%d h %02d min", duration.toHours(), duration.toMinutesPart());
        }
        return duration.toMinutes() > 0
                ? String.format(Locale.ROOT, "%d min %02d s", duration.toMinutes(), duration.toSecondsPart())
                : duration.toSeconds() + " s";
    }
}
