package io.featherwire.benchmarks.endtoend;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.EncodedImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What is measured.
 *
 * @param bundle directory of the bundle
 * @param images the frames, taken in turn over and over
 * @param frames how many frames each row with Kafka takes
 * @param loopTime how long each row without Kafka runs
 * @param batchSize frames of a batch, wherever there are batches
 * @param linger longest wait for batch-mates
 * @param directory for the broker and the streams' state; made and deleted by the caller
 */
public record BenchPlan(
        Path bundle,
        List<EncodedImage> images,
        int frames,
        Duration loopTime,
        int batchSize,
        Duration linger,
        Path directory) {

    public BenchPlan {
        requireNonNull(bundle, "bundle");
        images = List.copyOf(images);
        requireNonNull(loopTime, "loopTime");
        requireNonNull(linger, "linger");
        requireNonNull(directory, "directory");
        if (images.isEmpty() || frames < 10 || batchSize < 1) {
            throw new IllegalArgumentException(
                    "a benchmark needs images, at least 10 frames and a batch of at least 1");
        }
    }

    EncodedImage image(int n) {
        return images.get(n % images.size());
    }

    /** The first part of the frames is not measured: classes are loaded and code is compiled. */
    int warmUp() {
        return frames / 5;
    }
}
