package io.featherwire.lab.endtoend;

import static java.util.Objects.requireNonNull;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.lab.harness.FrameSender;
import io.featherwire.lab.harness.TopicAdmin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Measures all rows with the same frames and bundle, in one process with the broker. Rows at saturation read frames
 * that are already on the topic images. Rows of latency receive frames at half the measured throughput, and at the full
 * throughput.
 */
public final class EndToEndBenchmark {

    static final int PARTITIONS = 4;

    private final BenchPlan plan;
    private final Consumer<String> progress;
    private final List<BenchRow> rows = new ArrayList<>();
    private final List<PerformanceGoal> goals = new ArrayList<>();
    private final EmbeddedBroker broker;
    private final StreamRuns runs;

    private EndToEndBenchmark(
            BenchPlan plan, Consumer<String> progress, EmbeddedBroker broker, BrokerThreads brokerThreads) {
        this.plan = plan;
        this.progress = progress;
        this.broker = broker;
        this.runs = new StreamRuns(plan, broker.bootstrapServers(), brokerThreads);
    }

    /**
     * Measures all rows.
     *
     * @param progress receives a message about each measured row
     * @throws BundleException if the bundle cannot be used
     */
    public static BenchReport run(BenchPlan plan, Consumer<String> progress) throws Exception {
        Bundle bundle = Bundle.load(plan.bundle());
        Map<String, String> machine = MachineDescription.describe(plan.device());
        FeatureCompressor.Options options =
                FeatureCompressor.Options.DEFAULT.withMaxBatch(plan.batchSize()).withVariant(plan.precision());
        BrokerThreads brokerThreads = new BrokerThreads();
        Path brokerDirectory = plan.directory().resolve("broker");
        try (EmbeddedBroker broker = brokerThreads.start(() -> EmbeddedBroker.start(brokerDirectory));
                FeatureCompressor compressor = FeatureCompressor.open(bundle, plan.device(), options);
                PayloadClassifier classifier = PayloadClassifier.open(
                        bundle, plan.device(), PayloadClassifier.Options.DEFAULT.withMaxBatch(plan.batchSize()))) {
            EndToEndBenchmark bench = new EndToEndBenchmark(plan, progress, broker, brokerThreads);
            InProcessBaselines loops = new InProcessBaselines(plan, bundle);
            bench.measureBareRuntime(loops, bundle.manifest());
            BenchRow classifying = bench.addRow(loops.measureUnpackAndClassify(compressor, classifier));
            BenchStreams streams =
                    new BenchStreams(plan, broker.bootstrapServers(), new ConsumeProduceBaseline(compressor));
            bench.measureStreams(streams, () -> loops.measureDecodeAndRun(compressor), classifying);
            return new BenchReport(machine, settings(plan, bundle), bench.rows, bench.goals);
        }
    }

    private static Map<String, String> settings(BenchPlan plan, Bundle bundle) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("bundle", bundle.toString());
        settings.put("frames", Integer.toString(plan.frames()));
        settings.put("device", plan.device().toString());
        settings.put("precision", precision(plan, bundle.manifest()));
        settings.put(
                "network runs",
                plan.networkRuns() == null ? "by device" : plan.networkRuns().toString());
        settings.put("batch", Integer.toString(plan.batchSize()));
        settings.put("linger", plan.linger().toMillis() + " ms");
        settings.put("commit interval", plan.commitInterval().toMillis() + " ms");
        settings.put("partitions", Integer.toString(PARTITIONS));
        return settings;
    }

    private static String precision(BenchPlan plan, BundleManifest manifest) {
        return plan.precision() == null ? manifest.defaultVariant() : plan.precision();
    }

    private void measureBareRuntime(InProcessBaselines loops, BundleManifest manifest) {
        String measured = precision(plan, manifest);
        for (int batch : new TreeSet<>(List.of(1, 8, 32, plan.batchSize()))) {
            addRow(loops.measureBareRuntime(measured, batch));
        }
        Set<String> others = new TreeSet<>(manifest.variants().keySet());
        others.add(manifest.defaultVariant());
        others.remove(measured);
        for (String other : others) {
            addRow(loops.measureBareRuntime(other, 32));
        }
    }

    private void measureStreams(BenchStreams streams, Supplier<BenchRow> loop, BenchRow classifying) throws Exception {
        TopicAdmin.createUncompressed(
                broker.bootstrapServers(), PARTITIONS, List.of("images", "labels", "dead-letters"));
        TopicAdmin.createUncompressed(broker.bootstrapServers(), 1, List.of("accuracy", "accuracy-parts"));
        try (FrameSender feed = runs.createFeed(0, plan.frames())) {
            feed.awaitAcknowledged();
        }
        addRow(loop.get());
        ComparedRow byHand = measureBetweenLoops(
                loop,
                "3 consumer + transactional producer, batch " + plan.batchSize(),
                CaptureTimes::ofFeature,
                streams::consumerAndProducer);
        ComparedRow byInterval = measureBetweenLoops(
                loop,
                "3 consumers + producers, a transaction each "
                        + plan.commitInterval().toMillis() + " ms",
                CaptureTimes::ofFeature,
                streams::intervalCommits);
        measureBetweenLoops(
                loop, "4 Kafka Streams, one record at a time", CaptureTimes::ofFeature, streams::recordAtATime);
        StreamRuns.Stream exactlyOnce = output -> streams.compressor(output, true);
        measureBetweenLoops(
                loop,
                "5 Featherwire compressor, at least once",
                CaptureTimes::ofFeature,
                output -> streams.compressor(output, false));
        ComparedRow compressor = measureBetweenLoops(
                loop, "5 Featherwire compressor, exactly once", CaptureTimes::ofFeature, exactlyOnce);
        ComparedRow chain = measureBetweenLoops(
                loop, "5 Featherwire whole chain, exactly once", CaptureTimes::ofClassification, streams::bothStreams);
        double both = 1 / (1 / chain.limit() + 1 / classifying.framesPerSecond());
        addGoal("compressor, exactly once, throughput relative to the loop that decodes", compressor.share(), 0.95);
        addGoal(
                "compressor, exactly once, throughput relative to consumer and producer",
                compressor.share() / byHand.share(),
                1);
        addGoal(
                "compressor, exactly once, throughput relative to interval transactions",
                compressor.share() / byInterval.share(),
                1);
        addGoal(
                "whole chain, exactly once, throughput relative to both loops in turn",
                chain.row().framesPerSecond() / both,
                0.90);
        List<CpuContentionResult> beside = plan.busyProcesses() == 0
                ? List.of()
                : List.of(
                        measureBesideBusy("compressor", compressor.row(), CaptureTimes::ofFeature, exactlyOnce),
                        measureBesideBusy(
                                "whole chain", chain.row(), CaptureTimes::ofClassification, streams::bothStreams),
                        measureBesideBusy(
                                "a transaction each interval",
                                byInterval.row(),
                                CaptureTimes::ofFeature,
                                streams::intervalCommits));
        for (StreamRuns.Load load : StreamRuns.Load.values()) {
            measureAtLoad(load, "compressor", compressor.row(), CaptureTimes::ofFeature, exactlyOnce);
            measureAtLoad(load, "whole chain", chain.row(), CaptureTimes::ofClassification, streams::bothStreams);
        }
        if (!beside.isEmpty()) {
            goals.addAll(CpuContentionResult.goals(beside, besideSuffix()));
            BusyProcesses busy = BusyProcesses.start(plan.busyProcesses());
            try {
                measureAtLoad(
                        StreamRuns.Load.HALF,
                        "compressor" + besideSuffix(),
                        beside.get(0).row(),
                        CaptureTimes::ofFeature,
                        exactlyOnce);
                measureAtLoad(
                        StreamRuns.Load.HALF,
                        "whole chain" + besideSuffix(),
                        beside.get(1).row(),
                        CaptureTimes::ofClassification,
                        streams::bothStreams);
            } finally {
                busy.close();
            }
        }
    }

    /**
     * A row with the throughput of the decoding loop, in frames/s, as the mean of its runs before and after the row. On
     * a shared host, the speed of the machine changes within minutes by more than the differences to measure.
     */
    private record ComparedRow(BenchRow row, double limit) {
        double share() {
            return row.framesPerSecond() / limit;
        }
    }

    /** Measures a row and compares it with the loop before, which is the last row, and the loop after. */
    private ComparedRow measureBetweenLoops(
            Supplier<BenchRow> loop, String name, ToLongFunction<byte[]> capturedAt, StreamRuns.Stream stream)
            throws Exception {
        BenchRow before = rows.get(rows.size() - 1);
        BenchRow row = addRow(runs.runSaturated(name, capturedAt, stream));
        BenchRow after = addRow(loop.get());
        return new ComparedRow(row, (before.framesPerSecond() + after.framesPerSecond()) / 2);
    }

    private CpuContentionResult measureBesideBusy(
            String name, BenchRow alone, ToLongFunction<byte[]> capturedAt, StreamRuns.Stream stream) throws Exception {
        BusyProcesses busy = BusyProcesses.start(plan.busyProcesses());
        try {
            return new CpuContentionResult(
                    name, alone, addRow(runs.runSaturated("6 " + name + besideSuffix(), capturedAt, stream)));
        } finally {
            busy.close();
        }
    }

    private String besideSuffix() {
        return ", beside " + plan.busyProcesses() + " busy processes";
    }

    private void addGoal(String name, double ratio, double target) {
        goals.add(new PerformanceGoal(name, ratio, target, true));
    }

    private void measureAtLoad(
            StreamRuns.Load load,
            String name,
            BenchRow saturated,
            ToLongFunction<byte[]> capturedAt,
            StreamRuns.Stream stream)
            throws Exception {
        StreamRuns.LoadedRun fed = runs.runAtLoad(load, name, saturated, capturedAt, stream);
        addRow(fed.row());
        if (load == StreamRuns.Load.HALF) {
            goals.add(new PerformanceGoal(
                    name + ", p99 in ms at half load",
                    requireNonNull(fed.row().latencyMsP99()),
                    fed.latencyGoalMs(),
                    false));
            addGoal(
                    name + ", throughput at half load relative to the sent frames",
                    fed.row().framesPerSecond() / fed.perSecond(),
                    0.9);
        }
    }

    private BenchRow addRow(BenchRow row) {
        rows.add(row);
        progress.accept(String.format(Locale.ROOT, "%s: %.1f frames/s", row.name(), row.framesPerSecond()));
        return row;
    }
}
