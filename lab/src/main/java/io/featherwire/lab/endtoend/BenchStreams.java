package io.featherwire.lab.endtoend;

import io.featherwire.classifier.ClassifierApp;
import io.featherwire.classifier.ClassifierConfig;
import io.featherwire.compressor.CompressorApp;
import io.featherwire.compressor.CompressorConfig;
import io.featherwire.lab.harness.TopicAdmin;
import io.featherwire.runtime.config.ConfigSources;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * Starts the compared implementations. Each implementation reads the topic images from the beginning and writes to an
 * output topic of its own.
 */
final class BenchStreams {

    /**
     * A running implementation.
     *
     * @param stop stops the implementation
     * @param batchFill mean number of frames in a batch; NaN without batches
     * @param latencyGoalMs goal of the latency in milliseconds: linger, two batches and a commit interval for each
     *     stream that a frame passes
     */
    record RunningStream(Runnable stop, DoubleSupplier batchFill, DoubleSupplier latencyGoalMs)
            implements AutoCloseable {
        @Override
        public void close() {
            stop.run();
        }
    }

    private static final Duration READY = Duration.ofMinutes(1);

    private final BenchPlan plan;
    private final String servers;
    private final ConsumeProduceBaseline baseline;
    private int started;

    BenchStreams(BenchPlan plan, String servers, ConsumeProduceBaseline baseline) {
        this.plan = plan;
        this.servers = servers;
        this.baseline = baseline;
    }

    RunningStream consumerAndProducer(String output) {
        return new RunningStream(
                baseline.consumerAndProducer(servers, output, plan.batchSize()), () -> Double.NaN, () -> 0);
    }

    /**
     * Starts consumers and producers with a transaction each commit interval: one worker for each concurrent network
     * run of the compressor, with batches of equal size.
     */
    RunningStream intervalCommits(String output) {
        int workers = Math.max(1, Math.min(2, Runtime.getRuntime().availableProcessors()));
        int batch = (plan.batchSize() + workers - 1) / workers;
        IntervalCommitBaseline running = new IntervalCommitBaseline(
                baseline, servers, output, batch, plan.linger(), plan.commitInterval(), workers);
        return new RunningStream(running::close, () -> Double.NaN, () -> 0);
    }

    RunningStream recordAtATime(String output) {
        String state = plan.directory().resolve("state").toString();
        return new RunningStream(
                baseline.recordAtATime(servers, output, state, plan.commitInterval()), () -> 1, () -> 0);
    }

    RunningStream compressor(String output, boolean exactlyOnce) {
        CompressorApp app = CompressorApp.start(config("compressor", output, exactlyOnce));
        return new RunningStream(app::close, app::meanBatchFill, () -> latencyGoalMs(app.meanBatchMillis()));
    }

    /** Starts both streams with exactly-once semantics. */
    RunningStream bothStreams(String output) throws InterruptedException {
        String features = output + "-features";
        TopicAdmin.createUncompressed(servers, EndToEndBenchmark.PARTITIONS, List.of(features));
        Map<String, String> settings = settings("classifier", true);
        settings.put("topic.features", features);
        settings.put("topic.classifications", output);
        // The classifier must be ready before the compressor starts, because otherwise features would queue up.
        ClassifierApp classifier = ClassifierApp.start(ClassifierConfig.from(ConfigSources.of(settings)));
        classifier.app().awaitReady(READY);
        CompressorApp compressor = CompressorApp.start(config("compressor", features, true));
        return new RunningStream(
                () -> {
                    compressor.close();
                    classifier.close();
                },
                compressor::meanBatchFill,
                () -> latencyGoalMs(compressor.meanBatchMillis()) + latencyGoalMs(classifier.meanBatchMillis()));
    }

    private double latencyGoalMs(double batchMs) {
        return plan.linger().toMillis() + 2 * batchMs + plan.commitInterval().toMillis();
    }

    private CompressorConfig config(String name, String output, boolean exactlyOnce) {
        Map<String, String> settings = settings(name, exactlyOnce);
        settings.put("topic.features", output);
        if (plan.precision() != null) {
            settings.put("precision", plan.precision());
        }
        if (plan.networkRuns() != null) {
            settings.put("network.runs", plan.networkRuns().toString());
        }
        return CompressorConfig.from(ConfigSources.of(settings));
    }

    private Map<String, String> settings(String name, boolean exactlyOnce) {
        String id = name + "-" + ++started;
        Map<String, String> settings = new HashMap<>();
        settings.put("application.id", id);
        settings.put("bootstrap.servers", servers);
        settings.put("bundle", plan.bundle().toString());
        settings.put("device", plan.device().toString());
        settings.put("batch.size", Integer.toString(plan.batchSize()));
        settings.put("batch.linger", plan.linger().toMillis() + "ms");
        settings.put("processing.guarantee", exactlyOnce ? "exactly_once_v2" : "at_least_once");
        settings.put("commit.interval", plan.commitInterval().toMillis() + "ms");
        settings.put("state.dir", plan.directory().resolve(id).toString());
        settings.put("http.port", "0");
        return settings;
    }
}
