package io.featherwire.trainer;

import java.time.Duration;

/**
 * How far a stage of the training is.
 *
 * @param stage name of the stage
 * @param fraction share done, 0 to 1
 * @param images images passed through so far
 * @param loss mean of the last steps
 * @param accuracy share right among the last steps' images, NaN where there is none
 * @param imagesPerSecond of the last steps
 * @param gigaflops per second, forward and backward
 * @param left estimated time to the stage's end
 */
public record Progress(
        String stage,
        double fraction,
        long images,
        double loss,
        double accuracy,
        double imagesPerSecond,
        double gigaflops,
        Duration left) {}
