package io.featherwire.trainer;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a training (images, minutes, end time). Its progress, which drives the learning rate, runs from 0 to 1. Of
 * several limits the one with the largest progress counts at each step, so the schedule always reaches its end.
 *
 * @param images image passes, or 0 for no limit
 * @param time training time, over all resumed parts, or null
 * @param until wall-clock end, or null; on resuming, the rest of the schedule is fitted into what is left
 */
record TrainingBudget(long images, @Nullable Duration time, @Nullable Instant until) {
    public TrainingBudget {
        if (images <= 0 && time == null && until == null) {
            throw new IllegalArgumentException("images, minutes or an end must be given");
        }
    }

    /**
     * Progress after one more step.
     *
     * @param before progress before it
     * @param stepImages images of the step
     * @param stepSeconds seconds of the step
     * @param seconds training time before it, over all parts
     */
    double advance(double before, int stepImages, double stepSeconds, double seconds) {
        double after = images > 0 ? before + stepImages / (double) images : before;
        if (time != null) {
            after = Math.max(after, timed(before, stepSeconds, time.toMillis() / 1e3 - seconds));
        }
        if (until != null) {
            double left = Duration.between(Instant.now(), until).toMillis() / 1e3;
            after = Math.max(after, timed(before, stepSeconds, left + stepSeconds));
        }
        return after > 1 - 1e-9 ? 1 : after;
    }

    private static double timed(double before, double stepSeconds, double left) {
        return left <= stepSeconds ? 1 : before + (1 - before) * stepSeconds / left;
    }
}
