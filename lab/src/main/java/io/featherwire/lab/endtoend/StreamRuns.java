package io.featherwire.lab.endtoend;

import io.featherwire.lab.harness.FrameSender;
import io.featherwire.lab.harness.TopicAdmin;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** Measures an implementation with the broker: at saturation, and at a fraction of that throughput. */
final class StreamRuns {

    private static final int SENSORS = 50;
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    /** Starts an implementation that writes to a topic. The caller closes it after enough results. */
    interface Stream {
        BenchStreams.RunningStream start(String output) throws InterruptedException;
    }

    /** The load as a fraction of the throughput at saturation. */
    enum Load {
        HALF(0.5),
        FULL(1);

        private final double part;

        Load(double part) {
            this.part = part;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The result of a run at a fraction of the throughput.
     *
     * @param row measured row
     * @param perSecond the number of frames sent per second
     * @param latencyGoalMs goal of the latency, in milliseconds
     */
    record LoadedRun(BenchRow row, int perSecond, double latencyGoalMs) {}

    private final BenchPlan plan;
    private final String bootstrapServers;
    private final BrokerThreads brokerThreads;
    private int outputs;

    StreamRuns(BenchPlan plan, String bootstrapServers, BrokerThreads brokerThreads) {
        this.plan = plan;
        this.bootstrapServers = bootstrapServers;
        this.brokerThreads = brokerThreads;
    }

    /** Measures at saturation. All frames are on the topic beforehand. The first frames are not measured. */
    BenchRow runSaturated(String name, ToLongFunction<byte[]> capturedAt, Stream stream) throws Exception {
        String output = newOutput();
        ResourceMeter meter = new ResourceMeter();
        try (ArrivalLatencies arrivals = createArrivals(output, plan.frames(), capturedAt);
                BenchStreams.RunningStream running = stream.start(output)) {
            arrivals.awaitRecords(plan.warmUp(), PATIENCE);
            int before = arrivals.count();
            meter.restart();
            double brokerBefore = brokerThreads.cpuSeconds();
            arrivals.awaitRecords(plan.frames(), PATIENCE);
            int frames = arrivals.count() - before;
            if (frames < 1) {
                throw new IllegalStateException(name + ": all " + before
                        + " frames were committed at once, before the measurement began; use more frames");
            }
            double fill = running.batchFill().getAsDouble();
            return BenchRowBuilder.builder()
                    .name(name)
                    .framesPerSecond(frames / meter.seconds())
                    .cpuSecondsPer1000(meter.cpuSeconds() * 1000 / frames)
                    .compilerSecondsPer1000(meter.compilerSeconds() * 1000 / frames)
                    .peakRssMib(ResourceMeter.peakRssMib())
                    .brokerCpuSecondsPer1000((brokerThreads.cpuSeconds() - brokerBefore) * 1000 / frames)
                    .batchFill(Double.isNaN(fill) ? null : fill)
                    .build();
        }
    }

    /**
     * Measures at a fraction of the throughput at saturation, after a few frames have shown that the stream is running.
     */
    LoadedRun runAtLoad(Load load, String name, BenchRow saturated, ToLongFunction<byte[]> capturedAt, Stream stream)
            throws Exception {
        String output = newOutput();
        int perSecond = (int) Math.max(1, saturated.framesPerSecond() * load.part);
        int fed = (int) Math.min(plan.frames(), perSecond * 30L);
        int first = 2 * plan.batchSize();
        TopicAdmin.deleteRecords(bootstrapServers, EndToEndBenchmark.PARTITIONS, "images");
        ResourceMeter meter = new ResourceMeter();
        try (ArrivalLatencies arrivals = createArrivals(output, first + fed, capturedAt);
                BenchStreams.RunningStream running = stream.start(output)) {
            try (FrameSender feed = createFeed(0, first)) {
                arrivals.awaitRecords(first, PATIENCE);
                feed.awaitAcknowledged();
            }
            meter.restart();
            double brokerBefore = brokerThreads.cpuSeconds();
            try (FrameSender feed = createFeed(perSecond, fed)) {
                arrivals.awaitRecords(first + fed, PATIENCE);
                feed.awaitAcknowledged();
            }
            int from = first + fed / 5;
            BenchRow row = BenchRowBuilder.builder()
                    .name("5 " + name + " at " + load + " load, exactly once (" + perSecond + "/s)")
                    .framesPerSecond(fed / meter.seconds())
                    .cpuSecondsPer1000(meter.cpuSeconds() * 1000 / fed)
                    .compilerSecondsPer1000(meter.compilerSeconds() * 1000 / fed)
                    .peakRssMib(ResourceMeter.peakRssMib())
                    .brokerCpuSecondsPer1000((brokerThreads.cpuSeconds() - brokerBefore) * 1000 / fed)
                    .latencyMsP50(arrivals.latencyMs(0.50, from))
                    .latencyMsP99(arrivals.latencyMs(0.99, from))
                    .batchFill(running.batchFill().getAsDouble())
                    .build();
            return new LoadedRun(row, perSecond, running.latencyGoalMs().getAsDouble());
        }
    }

    private ArrivalLatencies createArrivals(String output, int max, ToLongFunction<byte[]> capturedAt) {
        return new ArrivalLatencies(bootstrapServers, output, EndToEndBenchmark.PARTITIONS, max, capturedAt);
    }

    /** Sends images at a rate, or without limit if the rate is 0. */
    FrameSender createFeed(int perSecond, int frames) {
        return FrameSender.start(
                bootstrapServers, new FrameSender.Plan(frames, perSecond, SENSORS, 0, false), this::image);
    }

    private FrameSender.Image image(int n) {
        return plan.feed(n, null);
    }

    private String newOutput() throws InterruptedException {
        String output = "out-" + ++outputs;
        TopicAdmin.createUncompressed(bootstrapServers, EndToEndBenchmark.PARTITIONS, List.of(output));
        return output;
    }
}
