package io.featherwire.lab.endtoend;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.onnx.Device;
import io.featherwire.lab.harness.Feed;
import io.featherwire.schemas.ImageEncoding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is measured.
 *
 * @param bundle directory of the bundle
 * @param images the frames, taken in turn over and over
 * @param frames how many frames each row with Kafka takes
 * @param device where the networks run, in every row
 * @param precision graphs of the bundle, null for its default
 * @param networkRuns runs of the compressor's network at the same time in its stream, null for its default
 * @param batchSize frames of a batch, wherever there are batches
 * @param linger longest wait for batch-mates
 * @param commitInterval of the streams
 * @param loopTime how long each row without Kafka runs
 * @param beside busy processes beside which the streams are measured once more; 0 for none
 * @param directory for the broker and the streams' state; made and deleted by the caller
 */
public record BenchPlan(
        Path bundle,
        List<EncodedImage> images,
        int frames,
        Device device,
        @Nullable String precision,
        @Nullable Integer networkRuns,
        int batchSize,
        Duration linger,
        Duration commitInterval,
        Duration loopTime,
        int beside,
        Path directory) {

    private static final Duration LINGER = Duration.ofMillis(20);
    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(250);
    private static final Duration LOOP_TIME = Duration.ofSeconds(10);

    public BenchPlan {
        requireNonNull(bundle, "bundle");
        images = List.copyOf(images);
        requireNonNull(device, "device");
        requireNonNull(linger, "linger");
        requireNonNull(commitInterval, "commitInterval");
        requireNonNull(loopTime, "loopTime");
        requireNonNull(directory, "directory");
        if (images.isEmpty() || frames < 10 || batchSize < 1 || beside < 0) {
            throw new IllegalArgumentException(
                    "a benchmark needs images, at least 10 frames and a batch of at least 1");
        }
    }

    /** On the CPU, with the streams' usual linger and commit interval, and ten seconds for each loop. */
    public BenchPlan(Path bundle, List<EncodedImage> images, int frames, int batchSize, Path directory) {
        this(
                bundle,
                images,
                frames,
                Device.CPU,
                null,
                null,
                batchSize,
                LINGER,
                COMMIT_INTERVAL,
                LOOP_TIME,
                0,
                directory);
    }

    public BenchPlan withDevice(Device other) {
        return new BenchPlan(
                bundle,
                images,
                frames,
                other,
                precision,
                networkRuns,
                batchSize,
                linger,
                commitInterval,
                loopTime,
                beside,
                directory);
    }

    public BenchPlan withPrecision(@Nullable String other) {
        return new BenchPlan(
                bundle,
                images,
                frames,
                device,
                other,
                networkRuns,
                batchSize,
                linger,
                commitInterval,
                loopTime,
                beside,
                directory);
    }

    public BenchPlan withNetworkRuns(@Nullable Integer other) {
        return new BenchPlan(
                bundle,
                images,
                frames,
                device,
                precision,
                other,
                batchSize,
                linger,
                commitInterval,
                loopTime,
                beside,
                directory);
    }

    public BenchPlan withLinger(Duration duration) {
        return new BenchPlan(
                bundle,
                images,
                frames,
                device,
                precision,
                networkRuns,
                batchSize,
                duration,
                commitInterval,
                loopTime,
                beside,
                directory);
    }

    public BenchPlan withCommitInterval(Duration duration) {
        return new BenchPlan(
                bundle,
                images,
                frames,
                device,
                precision,
                networkRuns,
                batchSize,
                linger,
                duration,
                loopTime,
                beside,
                directory);
    }

    public BenchPlan withLoopTime(Duration duration) {
        return new BenchPlan(
                bundle,
                images,
                frames,
                device,
                precision,
                networkRuns,
                batchSize,
                linger,
                commitInterval,
                duration,
                beside,
                directory);
    }

    public BenchPlan withBeside(int processes) {
        return new BenchPlan(
                bundle,
                images,
                frames,
                device,
                precision,
                networkRuns,
                batchSize,
                linger,
                commitInterval,
                loopTime,
                processes,
                directory);
    }

    EncodedImage image(int n) {
        return images.get(n % images.size());
    }

    /** The same as a feed sends it. */
    Feed.Image feed(int n, @Nullable String label) {
        EncodedImage image = image(n);
        return new Feed.Image(
                ImageEncoding.valueOf(image.encoding().name()), image.width(), image.height(), image.bytes(), label);
    }

    /** The first part of the frames is not measured: classes are loaded and code is compiled. */
    int warmUp() {
        return frames / 5;
    }
}
