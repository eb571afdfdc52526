package io.featherwire.trainer;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/**
 * The progress of a stage of the training.
 *
 * @param stage name of the stage
 * @param fraction share done, 0 to 1
 * @param images images passed through so far
 * @param loss mean of the last steps
 * @param accuracy accuracy on the last steps' images, NaN if there is none
 * @param imagesPerSecond of the last steps
 * @param gigaflops per second, forward and backward
 * @param left estimated time to the stage's end
 */
@RecordBuilder
public record StageProgress(
        String stage,
        double fraction,
        long images,
        double loss,
        double accuracy,
        double imagesPerSecond,
        double gigaflops,
        Duration left) {
    /** Of a stage that goes at one pace and has a loss alone. */
    public static StageProgress steady(String stage, double fraction, long images, double loss, double seconds) {
        long left = (long) (1e3 * seconds * (1 - fraction) / fraction);
        return StageProgressBuilder.builder()
                .stage(stage)
                .fraction(fraction)
                .images(images)
                .loss(loss)
                .accuracy(Double.NaN)
                .imagesPerSecond(images / seconds)
                .gigaflops(Double.NaN)
                .left(Duration.ofMillis(left))
                .build();
    }
}
