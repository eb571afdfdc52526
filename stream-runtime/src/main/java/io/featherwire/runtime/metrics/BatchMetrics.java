package io.featherwire.runtime.metrics;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** The meters of one micro-batcher. Each has the stream's name as a tag. */
public final class BatchMetrics {

    private final MeterRegistry registry;
    private final Tags tags;
    private final Counter succeeded;
    private final DistributionSummary fill;
    private final Timer waited;
    private final Timer prepared;
    private final Timer processed;

    public BatchMetrics(MeterRegistry registry, String stream) {
        this.registry = requireNonNull(registry, "registry");
        this.tags = Tags.of("stream", stream);
        this.succeeded = Counter.builder("featherwire.frames")
                .description("Frames forwarded with a result.")
                .tags(tags)
                .register(registry);
        this.fill = DistributionSummary.builder("featherwire.batch.fill")
                .description("Frames in a batch.")
                .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128)
                .tags(tags)
                .register(registry);
        this.waited = timer("featherwire.batch.wait", "Time from a frame's arrival to the start of its batch.");
        this.prepared = timer("featherwire.batch.prepare", "Time that a batch waits for frames still being decoded.");
        this.processed = timer(
                "featherwire.batch.process", "Time to run a batch through the network and to encode its results.");
    }

    public void countSuccess() {
        succeeded.increment();
    }

    public void countRejection(String stage, String reason) {
        Counter.builder("featherwire.dead.letters")
                .description("Records sent to the dead letters.")
                .tags(tags.and("stage", stage, "reason", reason))
                .register(registry)
                .increment();
    }

    public void recordBatchSize(int size) {
        fill.record(size);
    }

    public void recordWait(long nanos) {
        waited.record(nanos, TimeUnit.NANOSECONDS);
    }

    public void recordPreparation(long nanos) {
        prepared.record(nanos, TimeUnit.NANOSECONDS);
    }

    public void recordProcessing(long nanos) {
        processed.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** The mean number of frames in a batch so far; 0 before the first batch. */
    public double meanFill() {
        return fill.mean();
    }

    /**
     * The mean duration of a batch so far, from its start to its results, in milliseconds; 0 before the first batch.
     */
    public double meanBatchMillis() {
        return prepared.mean(TimeUnit.MILLISECONDS) + processed.mean(TimeUnit.MILLISECONDS);
    }

    /** Registers gauges of a batcher's queue. */
    public <B> void watch(B batcher, ToDoubleFunction<B> pending, ToDoubleFunction<B> oldestAgeSeconds) {
        Gauge.builder("featherwire.frames.pending", batcher, pending)
                .description("Frames that were read and are not forwarded yet.")
                .tags(tags)
                .register(registry);
        Gauge.builder("featherwire.queue.age", batcher, oldestAgeSeconds)
                .description("Age of the oldest frame that waits for a batch.")
                .baseUnit("seconds")
                .tags(tags)
                .register(registry);
    }

    /** Registers a gauge of the duration of a batcher's current call. */
    public <B> void watchCalls(B batcher, ToDoubleFunction<B> seconds) {
        Gauge.builder("featherwire.batch.running", batcher, seconds)
                .description("Age of the current inference run; 0 between runs.")
                .baseUnit("seconds")
                .tags(tags)
                .register(registry);
    }

    /** Registers gauges of a memory budget's size and uses. */
    public <M> void watchMemory(M budget, ToDoubleFunction<M> bytes, Map<String, ToDoubleFunction<M>> used) {
        Gauge.builder("featherwire.memory.budget", budget, bytes)
                .description("Maximum memory of frames between the brokers and inference.")
                .baseUnit("bytes")
                .tags(tags)
                .register(registry);
        used.forEach((use, read) -> Gauge.builder("featherwire.memory.used", budget, read)
                .description("Memory used by frames between the brokers and inference.")
                .baseUnit("bytes")
                .tags(tags.and("by", use))
                .register(registry));
    }

    private Timer timer(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .publishPercentileHistogram(false)
                .tags(tags)
                .register(registry);
    }
}
