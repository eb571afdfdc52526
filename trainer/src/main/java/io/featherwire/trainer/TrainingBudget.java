package io.featherwire.trainer;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a training: images, training time and end time. The progress, which drives the learning rate, runs from
 * 0 to 1. With several limits, the largest progress counts at each step, so that the schedule always reaches its end.
 *
 * @param images number of images to process, counted each time they are used; 0 for no limit
 * @param time training time over all resumed runs, or null for no limit
 * @param until end as wall-clock time, or null; after a resume, the rest of the schedule is fitted into the remaining
 *     time
 */
record TrainingBudget(long images, @Nullable Duration time, @Nullable Instant until) {
    public TrainingBudget {
        if (images <= 0 && time == null && until == null) {
            throw new IllegalArgumentException("a training needs a limit: images, minutes or an end time");
        }
    }

    /**
     * The progress after one more step.
     *
     * @param before progress before the step
     * @param stepImages number of images of the step
     * @param stepSeconds duration of the step, in seconds
     * @param seconds training time before the step, in seconds, over all resumed runs
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
