package io.featherwire.trainer;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/**
 * The progress of a training stage.
 *
 * @param stage name of the stage
 * @param fraction share done, 0 to 1
 * @param images number of processed images
 * @param loss mean loss of the last steps
 * @param accuracy accuracy on the last steps' images, 0..1; NaN if not measured
 * @param imagesPerSecond images per second in the last steps
 * @param gigaflops GFLOP per second of the forward and backward passes; NaN if not measured
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
    /** Makes the progress of a stage with constant speed, without accuracy and GFLOP. */
    public static StageProgress atConstantSpeed(
            String stage, double fraction, long images, double loss, double seconds) {
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
