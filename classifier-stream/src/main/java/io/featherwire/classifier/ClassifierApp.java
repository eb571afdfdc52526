package io.featherwire.classifier;

import io.featherwire.classifier.dashboard.Dashboard;
import io.featherwire.classifier.dashboard.LiveTopics;
import io.featherwire.classifier.dashboard.LiveTopicsBuilder;
import io.featherwire.classifier.dashboard.LiveView;
import io.featherwire.codec.onnx.NativeLibraryCleanup;
import io.featherwire.runtime.AppMain;
import io.featherwire.runtime.OpenResources;
import io.featherwire.runtime.SharedResources;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.StreamLibraries;
import io.featherwire.runtime.StreamsApp;
import io.featherwire.runtime.batch.MicroBatcher;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.metrics.BatchMetrics;
import io.featherwire.runtime.metrics.Meters;
import io.featherwire.runtime.topics.TopicNames;
import io.featherwire.schemas.serde.TopicSerdes;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The classifier application: creates and starts bundles, heads, micro-batcher, topology, live view and HTTP server.
 */
public final class ClassifierApp implements AutoCloseable {

    private static final int SENSORS_SHOWN = 50;

    private final HeadRegistry heads;
    private final BatchMetrics metrics;
    private final LiveView live;
    private final StreamsApp app;
    private final OpenResources opened;

    private ClassifierApp(
            HeadRegistry heads, BatchMetrics metrics, LiveView live, StreamsApp app, OpenResources opened) {
        this.heads = heads;
        this.metrics = metrics;
        this.live = live;
        this.app = app;
        this.opened = opened;
    }

    /**
     * Starts the classifier in this JVM.
     *
     * @throws StartException if a bundle, the device, the brokers or the topics cannot be used
     */
    public static ClassifierApp start(ClassifierConfig config) {
        var opened = new OpenResources();
        try {
            return start(config, opened);
        } catch (RuntimeException e) {
            opened.closeAfter(e);
            throw e;
        }
    }

    private static ClassifierApp start(ClassifierConfig config, OpenResources opened) {
        var networks = opened.add(new SharedResources());
        var meters = opened.add(new Meters());
        var bundles = networks.add(BundleWatcher.open(config, meters.registry()));
        var heads = networks.add(HeadWatcher.open(config, bundles.bundleRegistry(), meters.registry()));
        var topicSerdes = config.stream().schemas().serdes();
        var serdes = ClassifierSerdes.of(topicSerdes, config);
        var classification = new ClassifierBatchFunction(
                bundles.bundleRegistry(),
                heads.heads(),
                FeatureRecords.of(serdes.features(), config, meters.registry()),
                config.get(ClassifierConfig.TOP_K));
        classification.probe();
        StreamLibraries.loadWithStore();
        NativeLibraryCleanup.deleteLoaded(StreamLibraries.FILES);
        var metrics = new BatchMetrics(meters.registry(), "classifier");
        var batcher = opened.add(
                new MicroBatcher<>("classifier", classification, config.stream().batch(), metrics));
        networks.setBorrower(batcher);
        var accuracy = new AccuracyMetrics(meters.registry());
        var drift = new PayloadDrift(config.dashboard().driftAlert(), meters.registry());
        var drain = new DrainSignal();
        var topology = ClassifierTopology.build(
                config,
                serdes,
                batcher,
                bundles.bundleRegistry(),
                heads.heads(),
                LabelRecords.of(serdes.labels(), meters.registry()),
                metrics,
                accuracy,
                drift,
                drain);
        var live = opened.add(new LiveView(
                liveTopics(config, topicSerdes),
                config.dashboard(),
                metrics::meanFill,
                () -> drift.mostDeviating(SENSORS_SHOWN),
                accuracy.sensors()::all,
                accuracy.placement()::misplacedCount,
                bundles.bundleRegistry()::nameOf,
                meters.registry()));
        var app = opened.add(StreamsApp.start(
                config.stream(),
                topology,
                batcher,
                meters,
                new Dashboard(config.dashboard(), live)::addRoutes,
                new FinalAccuracyFlush(drain, config.stream().get(StreamConfig.COMMIT_INTERVAL)),
                CoPartitioningCheck.of(config, accuracy.placement()),
                FeatureBatchTopology.optionalPart(config, serdes, metrics, meters.registry())));
        live.start();
        return new ClassifierApp(heads.heads(), metrics, live, app, opened);
    }

    private static LiveTopics liveTopics(ClassifierConfig config, TopicSerdes serdes) {
        return LiveTopicsBuilder.builder()
                .bootstrapServers(config.stream().get(StreamConfig.BOOTSTRAP_SERVERS))
                .kafka(config.stream().kafka())
                .serdes(serdes)
                .accuracy(config.get(TopicNames.ACCURACY))
                .classifications(config.get(TopicNames.CLASSIFICATIONS))
                .labels(config.get(TopicNames.LABELS))
                .deadLetters(config.get(StreamConfig.DEAD_LETTERS))
                .edgeGaps(config.get(TopicNames.EDGE_GAPS))
                .images(config.get(TopicNames.IMAGES))
                .build();
    }

    /** Runs the classifier until it receives a stop signal or fails, and returns the exit code. */
    public static int run(ConfigSources sources) throws InterruptedException {
        var config = ClassifierConfig.from(sources);
        var app = config.backfill().isPresent()
                ? BackfillApp.start(config, config.backfill().get()).app()
                : start(config).app();
        return app.stopWithJvm().awaitStop();
    }

    /** The main method; reads all settings from the environment. */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        System.exit(AppMain.run(() -> run(ConfigSources.of(Map.of(), System.getenv(), null))));
    }

    public StreamsApp app() {
        return app;
    }

    /** The fingerprints of the loaded further heads, 16 hex digits each. */
    public List<String> headFingerprints() {
        return heads.heads().stream().map(head -> head.fingerprint().hex()).toList();
    }

    /** The live view of the topics: accuracy, newest frames, dead letters. */
    public LiveView liveView() {
        return live;
    }

    /** The mean duration of a batch so far, in milliseconds. */
    public double meanBatchMillis() {
        return metrics.meanBatchMillis();
    }

    @Override
    public void close() {
        opened.close();
    }
}
