package io.featherwire.classifier;

import io.featherwire.codec.bundle.Head;
import io.featherwire.runtime.OpenResources;
import io.featherwire.runtime.SharedResources;
import io.featherwire.runtime.StreamLibraries;
import io.featherwire.runtime.StreamsApp;
import io.featherwire.runtime.batch.MicroBatcher;
import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.metrics.BatchMetrics;
import io.featherwire.runtime.metrics.Meters;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The backfill application: classifies stored frames with further heads, independently of the live classifier. */
final class BackfillApp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackfillApp.class);

    private final StreamsApp app;
    private final OpenResources opened;

    private BackfillApp(StreamsApp app, OpenResources opened) {
        this.app = app;
        this.opened = opened;
    }

    static BackfillApp start(ClassifierConfig config, BackfillSettings backfill) {
        var opened = new OpenResources();
        try {
            return start(config, backfill, opened);
        } catch (RuntimeException e) {
            opened.closeAfter(e);
            throw e;
        }
    }

    private static BackfillApp start(ClassifierConfig config, BackfillSettings backfill, OpenResources opened) {
        var networks = opened.add(new SharedResources());
        var meters = opened.add(new Meters());
        var bundles = networks.add(BundleWatcher.open(config, meters.registry()));
        var heads = networks.add(HeadWatcher.open(config, bundles.bundleRegistry(), meters.registry()))
                .heads();
        var own = heads.heads().stream().map(Head::bundleFingerprint).collect(Collectors.toSet());
        if (own.isEmpty()) {
            throw new ConfigException(
                    "heads",
                    config.find(ClassifierConfig.HEADS).orElseThrow().toString(),
                    "a directory with a head of a loaded bundle, one of "
                            + bundles.bundleRegistry().fingerprints(),
                    "add a head of a loaded bundle, or load the bundle of a head in this directory");
        }
        var serdes = ClassifierSerdes.of(config.stream().schemas().serdes(), config);
        var function = new BackfillBatchFunction(
                new ClassifierBatchFunction(
                        bundles.bundleRegistry(),
                        heads,
                        FeatureRecords.of(serdes.features(), config, meters.registry()),
                        config.get(ClassifierConfig.TOP_K)),
                heads);
        function.probe();
        StreamLibraries.loadWithStore();
        var metrics = new BatchMetrics(meters.registry(), "classifier");
        var batcher = opened.add(
                new MicroBatcher<>("classifier", function, config.stream().batch(), metrics));
        networks.setBorrower(batcher);
        var range = opened.add(BackfillRange.open(config, backfill.since()));
        var app = opened.add(StreamsApp.start(
                config.stream(), BackfillTopology.build(config, serdes, batcher, own), batcher, meters, routes -> {}));
        if (backfill.untilEnd()) {
            var end = new Thread(() -> stopAtEnd(range, app), "backfill-end");
            end.setDaemon(true);
            end.start();
        }
        return new BackfillApp(app, opened);
    }

    private static void stopAtEnd(BackfillRange range, StreamsApp app) {
        try {
            range.awaitEnd();
            LOG.info("all frames that existed at the start are classified");
            app.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    StreamsApp app() {
        return app;
    }

    @Override
    public void close() {
        opened.close();
    }
}
