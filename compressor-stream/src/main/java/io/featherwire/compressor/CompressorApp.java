package io.featherwire.compressor;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.HeadClassifier;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.bundle.HeadKind;
import io.featherwire.codec.onnx.NativeLibraryCleanup;
import io.featherwire.codec.onnx.OnnxException;
import io.featherwire.runtime.AppMain;
import io.featherwire.runtime.OpenResources;
import io.featherwire.runtime.SharedResources;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.StreamLibraries;
import io.featherwire.runtime.StreamsApp;
import io.featherwire.runtime.batch.MicroBatcher;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.metrics.BatchMetrics;
import io.featherwire.runtime.metrics.Meters;
import io.featherwire.runtime.topics.TopicNames;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.TopicSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The compressor application: creates and starts bundle, micro-batcher, topology and HTTP server. */
public final class CompressorApp implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CompressorApp.class);

    private final FeatureCompressor compressor;
    private final BatchMetrics metrics;
    private final StreamsApp app;
    private final OpenResources opened;

    private CompressorApp(FeatureCompressor compressor, BatchMetrics metrics, StreamsApp app, OpenResources opened) {
        this.compressor = compressor;
        this.metrics = metrics;
        this.app = app;
        this.opened = opened;
    }

    /**
     * Starts the compressor in this JVM.
     *
     * @throws StartException if the bundle, the device, the brokers or the topics cannot be used
     */
    public static CompressorApp start(CompressorConfig config) {
        OpenResources opened = new OpenResources();
        try {
            return start(config, opened);
        } catch (RuntimeException e) {
            opened.closeAfter(e);
            throw e;
        }
    }

    private static CompressorApp start(CompressorConfig config, OpenResources opened) {
        FeatureCompressor compressor = open(config);
        var networks = opened.add(new SharedResources());
        networks.add(compressor);
        ShadowAudit audit = openAudit(config, compressor.setup().bundle());
        networks.add(audit);
        Meters meters = opened.add(new Meters());
        TopicSerdes serdes = config.stream().schemas().serdes();
        ImageRecords records =
                ImageRecords.of(serdes.of(config.get(TopicNames.IMAGES), ImageFrame.class), config, meters.registry());
        GateResources gate = openGate(config, compressor.setup().bundle(), serdes, meters);
        if (gate != null) {
            networks.add(gate);
        }
        FrameCompression compression =
                new FrameCompression(compressor, audit, records, gate, config.targets(), meters.registry());
        compression.probe();
        StreamLibraries.load();
        NativeLibraryCleanup.deleteLoaded(StreamLibraries.FILES);
        BatchMetrics metrics = new BatchMetrics(meters.registry(), "compressor");
        var batcher = opened.add(new MicroBatcher<>(
                "compressor",
                compression,
                config.batch(compressor.setup().device().kind()),
                metrics));
        networks.setBorrower(batcher);
        StreamsApp app = opened.add(StreamsApp.start(
                config.stream(), CompressorTopology.build(config, serdes, batcher, gate), batcher, meters, http -> {}));
        return new CompressorApp(compressor, metrics, app, opened);
    }

    /** Runs the compressor until it receives a stop signal or fails, and returns the exit code. */
    public static int run(ConfigSources sources) throws InterruptedException {
        CompressorApp compressor = start(CompressorConfig.from(sources));
        return compressor.app().stopWithJvm().awaitStop();
    }

    /** The main method; reads all settings from the environment. */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        System.exit(AppMain.run(() -> run(ConfigSources.of(Map.of(), System.getenv(), null))));
    }

    public StreamsApp app() {
        return app;
    }

    /** The device on which the network runs. */
    public String device() {
        return compressor.setup().device().toString();
    }

    /** The mean number of frames in a batch so far. */
    public double meanBatchFill() {
        return metrics.meanFill();
    }

    /** The mean duration of a batch so far, in milliseconds. */
    public double meanBatchMillis() {
        return metrics.meanBatchMillis();
    }

    @Override
    public void close() {
        opened.close();
    }

    private static @Nullable GateResources openGate(
            CompressorConfig config, Bundle bundle, TopicSerdes serdes, Meters meters) {
        if (!config.gate().isOn()) {
            return null;
        }
        try {
            return new GateResources(
                    config.gate(),
                    config.limits(),
                    // The registry is discarded: the same records are parsed again when they are compressed, and are
                    // counted then.
                    ImageRecords.of(
                            serdes.of(config.get(TopicNames.IMAGES), ImageFrame.class),
                            config,
                            new SimpleMeterRegistry()),
                    PayloadClassifier.open(bundle, config.get(CompressorConfig.DEVICE), config.classifierOptions()),
                    meters.registry());
        } catch (BundleException | OnnxException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    private static ShadowAudit openAudit(CompressorConfig config, Bundle bundle) {
        if (config.get(CompressorConfig.AUDIT_SHARE) == 0) {
            return ShadowAudit.none();
        }
        try {
            List<HeadClassifier> further = new ArrayList<>();
            for (Head head : loadHeads(config, bundle)) {
                if (head.manifest().kind() == HeadKind.CLASSIFICATION) {
                    further.add(HeadClassifier.open(
                            head,
                            bundle,
                            config.get(CompressorConfig.DEVICE),
                            1,
                            config.classifierOptions().onnx()));
                }
            }
            return ShadowAudit.of(config.get(CompressorConfig.AUDIT_SHARE), further);
        } catch (BundleException | OnnxException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    private static List<Head> loadHeads(CompressorConfig config, Bundle bundle) throws BundleException {
        var directory = config.find(CompressorConfig.HEADS);
        return directory.isEmpty() ? List.of() : Head.of(bundle, directory.get());
    }

    static FeatureCompressor open(CompressorConfig config) {
        try {
            Bundle bundle = Bundle.load(config.get(CompressorConfig.BUNDLE));
            List<Head> heads = loadHeads(config, bundle);
            boolean rdoq = config.get(CompressorConfig.RDOQ);
            if (!heads.isEmpty() && rdoq && bundle.manifest().search() != null) {
                LOG.info("payload.rdoq is off: further heads share the payloads of bundle {}: {}", bundle, heads);
            }
            return FeatureCompressor.open(
                    bundle,
                    config.get(CompressorConfig.DEVICE),
                    config.compressorOptions().withSearch(rdoq && heads.isEmpty()));
        } catch (BundleException | OnnxException e) {
            throw new StartException(e.getMessage(), e);
        }
    }
}
