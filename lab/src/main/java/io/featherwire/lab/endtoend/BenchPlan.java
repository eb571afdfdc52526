package io.featherwire.lab.endtoend;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.onnx.Device;
import io.featherwire.lab.harness.FrameSender;
import io.featherwire.schemas.ImageEncoding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a measurement, by default on the CPU with a linger of 20 ms and a commit interval of 250 ms. Immutable.
 */
public final class BenchPlan {

    private final Path bundle;
    private final List<EncodedImage> images;
    private final int frames;
    private final int batchSize;
    private final Path directory;

    // These fields do not change after the plan is published.
    private Device device = Device.CPU;
    private @Nullable String precision;
    private @Nullable Integer networkRuns;
    private Duration linger = Duration.ofMillis(20);
    private Duration commitInterval = Duration.ofMillis(250);
    private Duration loopTime = Duration.ofSeconds(10);
    private int busyProcesses;

    /**
     * @param bundle directory of the bundle
     * @param images images of the frames, used in turn
     * @param frames number of frames of each row with Kafka
     * @param batchSize number of frames in a batch
     * @param directory directory for the broker and the streams' state; the caller makes and deletes it
     */
    public BenchPlan(Path bundle, List<EncodedImage> images, int frames, int batchSize, Path directory) {
        this.bundle = requireNonNull(bundle, "bundle");
        this.images = List.copyOf(images);
        this.frames = frames;
        this.batchSize = batchSize;
        this.directory = requireNonNull(directory, "directory");
        if (images.isEmpty() || frames < 10 || batchSize < 1) {
            throw new IllegalArgumentException("a benchmark needs at least one image, 10 frames and a batch size of 1");
        }
    }

    private BenchPlan with(Consumer<BenchPlan> change) {
        BenchPlan other = new BenchPlan(bundle, images, frames, batchSize, directory);
        other.device = device;
        other.precision = precision;
        other.networkRuns = networkRuns;
        other.linger = linger;
        other.commitInterval = commitInterval;
        other.loopTime = loopTime;
        other.busyProcesses = busyProcesses;
        change.accept(other);
        return other;
    }

    /** A copy with another device of the networks. */
    public BenchPlan withDevice(Device device) {
        return with(plan -> plan.device = requireNonNull(device, "device"));
    }

    /** A copy with another precision of the graphs, null for the bundle's default. */
    public BenchPlan withPrecision(@Nullable String precision) {
        return with(plan -> plan.precision = precision);
    }

    /**
     * A copy with another number of concurrent inference runs in the compressor stream, null for the stream's default.
     */
    public BenchPlan withNetworkRuns(@Nullable Integer networkRuns) {
        return with(plan -> plan.networkRuns = networkRuns);
    }

    /** A copy with another linger of the micro-batches. */
    public BenchPlan withLinger(Duration linger) {
        return with(plan -> plan.linger = requireNonNull(linger, "linger"));
    }

    /** A copy with another commit interval of the streams. */
    public BenchPlan withCommitInterval(Duration commitInterval) {
        return with(plan -> plan.commitInterval = requireNonNull(commitInterval, "commitInterval"));
    }

    /** A copy with another duration of each row without Kafka. */
    public BenchPlan withLoopTime(Duration loopTime) {
        return with(plan -> plan.loopTime = requireNonNull(loopTime, "loopTime"));
    }

    /** A copy that measures the streams once more beside a number of busy processes; 0 for none. */
    public BenchPlan withBusyProcesses(int processes) {
        if (processes < 0) {
            throw new IllegalArgumentException("the number of busy processes is " + processes + ", must be at least 0");
        }
        return with(plan -> plan.busyProcesses = processes);
    }

    Path bundle() {
        return bundle;
    }

    List<EncodedImage> images() {
        return images;
    }

    int frames() {
        return frames;
    }

    int batchSize() {
        return batchSize;
    }

    Path directory() {
        return directory;
    }

    Device device() {
        return device;
    }

    @Nullable
    String precision() {
        return precision;
    }

    @Nullable
    Integer networkRuns() {
        return networkRuns;
    }

    Duration linger() {
        return linger;
    }

    Duration commitInterval() {
        return commitInterval;
    }

    Duration loopTime() {
        return loopTime;
    }

    int busyProcesses() {
        return busyProcesses;
    }

    EncodedImage image(int n) {
        return images.get(n % images.size());
    }

    /** The image of frame n, as a feed sends it. */
    FrameSender.Image feed(int n, @Nullable String label) {
        EncodedImage image = image(n);
        return new FrameSender.Image(
                ImageEncoding.valueOf(image.encoding().name()), image.width(), image.height(), image.bytes(), label);
    }

    /** The number of first frames that are not measured, because classes are being loaded and compiled. */
    int warmUp() {
        return frames / 5;
    }
}
