package io.featherwire.classifier;

import io.featherwire.classifier.dashboard.Dashboard;
import io.featherwire.classifier.dashboard.LiveTopics;
import io.featherwire.classifier.dashboard.LiveView;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.StreamsApp;
import io.featherwire.runtime.batch.MicroBatcher;
import io.featherwire.runtime.config.Layers;
import io.featherwire.runtime.metrics.BatchMetrics;
import io.featherwire.runtime.metrics.Meters;
import io.featherwire.schemas.serde.TopicSerdes;
import java.util.Map;

/** The classifier, wired up: bundles, micro-batcher, topology, live view, HTTP. */
public final class ClassifierApp implements AutoCloseable {

    private static final int SENSORS_SHOWN = 50;

    private final Bundles bundles;
    private final BatchMetrics metrics;
    private final LiveView live;
    private final StreamsApp app;

    private ClassifierApp(Bundles bundles, BatchMetrics metrics, LiveView live, StreamsApp app) {
        this.bundles = bundles;
        this.metrics = metrics;
        this.live = live;
        this.app = app;
    }

    /**
     * Starts it in this JVM.
     *
     * @throws StartException if a bundle, the device, the brokers or the topics cannot be used
     */
    public static ClassifierApp start(ClassifierConfig config) {
        var meters = new Meters();
        var bundles = Bundles.open(config, meters.registry());
        try {
            var topicSerdes = config.stream().schemas().serdes();
            var serdes = ClassifierSerdes.of(topicSerdes, config.topics());
            var classification = new ClassifyFunction(bundles.shelf(), serdes.features(), config.topK());
            classification.probe();
            var metrics = new BatchMetrics(meters.registry(), "classifier");
            var batcher = new MicroBatcher<>(
                    "classifier", classification, config.stream().batch(), metrics);
            var drift = new PayloadDrift(config.dashboard().driftAlert(), meters.registry());
            var drain = new DrainSignal();
            var topology = ClassifierTopology.build(
                    config,
                    serdes,
                    batcher,
                    bundles.shelf(),
                    metrics,
                    new AccuracyMetrics(meters.registry()),
                    drift,
                    drain);
            var live = new LiveView(
                    liveTopics(config, topicSerdes),
                    config.dashboard(),
                    metrics::meanFill,
                    () -> drift.furthest(SENSORS_SHOWN),
                    bundles.shelf()::nameOf,
                    meters.registry());
            var app = StreamsApp.start(
                    config.stream(),
                    topology,
                    batcher,
                    meters,
                    new Dashboard(config.dashboard(), live)::routes,
                    new AccuracyLastWords(drain, config.stream().commitInterval()));
            checkPartitions(config, app);
            live.start();
            return new ClassifierApp(bundles, metrics, live, app);
        } catch (RuntimeException e) {
            bundles.close();
            throw e;
        }
    }

    /** Only now are the topics known to be there. */
    private static void checkPartitions(ClassifierConfig config, StreamsApp app) {
        try {
            CoPartitioning.check(config);
        } catch (StartException e) {
            app.close();
            throw e;
        }
    }

    private static LiveTopics liveTopics(ClassifierConfig config, TopicSerdes serdes) {
        var topics = config.topics();
        return new LiveTopics(
                config.stream().bootstrapServers(),
                config.stream().kafka(),
                serdes,
                topics.accuracy(),
                topics.classifications(),
                topics.labels(),
                topics.deadLetters(),
                topics.images());
    }

    /** Runs it until it is told to stop or breaks; the exit code. */
    public static int run(Layers layers) throws InterruptedException {
        return start(ClassifierConfig.from(layers)).app().stopWithJvm().awaitStop();
    }

    /** Takes all its settings from the environment. */
    public static void main(String[] args) {
        System.exit(StreamsApp.main(() -> run(Layers.of(Map.of(), System.getenv(), null))));
    }

    public StreamsApp app() {
        return app;
    }

    /** What the topics say now: accuracy, newest frames, dead letters. */
    public LiveView live() {
        return live;
    }

    /** Mean frames in a batch so far. */
    public double meanBatchFill() {
        return metrics.meanFill();
    }

    /** Mean time that a batch takes so far. */
    public double meanBatchMillis() {
        return metrics.meanBatchMillis();
    }

    @Override
    public void close() {
        app.close();
        live.close();
        bundles.close();
    }
}
