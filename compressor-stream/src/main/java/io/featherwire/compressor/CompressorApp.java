package io.featherwire.compressor;

import io.featherwire.codec.FeatureCompressor;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxException;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.StreamsApp;
import io.featherwire.runtime.batch.MicroBatcher;
import io.featherwire.runtime.config.Layers;
import io.featherwire.runtime.metrics.BatchMetrics;
import io.featherwire.runtime.metrics.Meters;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.TopicSerdes;
import java.util.Map;

/** The compressor, wired up: bundle, micro-batcher, topology, HTTP. */
public final class CompressorApp implements AutoCloseable {

    private final FeatureCompressor compressor;
    private final ShadowAudit audit;
    private final BatchMetrics metrics;
    private final StreamsApp app;

    private CompressorApp(FeatureCompressor compressor, ShadowAudit audit, BatchMetrics metrics, StreamsApp app) {
        this.compressor = compressor;
        this.audit = audit;
        this.metrics = metrics;
        this.app = app;
    }

    /**
     * Starts it in this JVM.
     *
     * @throws StartException if the bundle, the device, the brokers or the topics cannot be used
     */
    public static CompressorApp start(CompressorConfig config) {
        FeatureCompressor compressor = open(config);
        ShadowAudit audit = ShadowAudit.none();
        try {
            audit = audit(config, compressor.bundle());
            Meters meters = new Meters();
            if (compressor.device().kind() == Device.Kind.CUDA) {
                meters.watchGpu(compressor.device().index());
            }
            TopicSerdes serdes = config.stream().schemas().serdes();
            FrameCompression compression = new FrameCompression(
                    compressor, audit, serdes.of(config.images(), ImageFrame.class), meters.registry());
            compression.probe();
            BatchMetrics metrics = new BatchMetrics(meters.registry(), "compressor");
            var batcher = new MicroBatcher<>(
                    "compressor", compression, config.batch(compressor.device().kind()), metrics);
            StreamsApp app = StreamsApp.start(
                    config.stream(), CompressorTopology.build(config, serdes, batcher), batcher, meters, http -> {});
            return new CompressorApp(compressor, audit, metrics, app);
        } catch (RuntimeException e) {
            audit.close();
            compressor.close();
            throw e;
        }
    }

    /** Runs it until it is told to stop or breaks; the exit code. */
    public static int run(Layers layers) throws InterruptedException {
        CompressorApp compressor = start(CompressorConfig.from(layers));
        return compressor.app().stopWithJvm().awaitStop();
    }

    /** Takes all its settings from the environment. */
    public static void main(String[] args) {
        System.exit(StreamsApp.main(() -> run(Layers.of(Map.of(), System.getenv(), null))));
    }

    public StreamsApp app() {
        return app;
    }

    /** Where the network really runs. */
    public String device() {
        return compressor.device().toString();
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
        audit.close();
        compressor.close();
    }

    private static ShadowAudit audit(CompressorConfig config, Bundle bundle) {
        if (config.auditShare() == 0) {
            return ShadowAudit.none();
        }
        try {
            return ShadowAudit.of(
                    config.auditShare(), PayloadClassifier.open(bundle, config.device(), config.classifierOptions()));
        } catch (BundleException | OnnxException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    private static FeatureCompressor open(CompressorConfig config) {
        try {
            return FeatureCompressor.open(Bundle.load(config.bundle()), config.device(), config.compressorOptions());
        } catch (BundleException | OnnxException e) {
            throw new StartException(e.getMessage(), e);
        }
    }
}
