package io.featherwire.cli.demo;

import io.featherwire.classifier.ClassifierApp;
import io.featherwire.classifier.ClassifierConfig;
import io.featherwire.cli.console.TemporaryDirectory;
import io.featherwire.compressor.CompressorApp;
import io.featherwire.compressor.CompressorConfig;
import io.featherwire.runtime.config.ConfigSources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Starts compressor and classifier in parallel: each loads its networks, then waits for the broker and its topics. */
final class PipelineStart implements AutoCloseable {

    /**
     * The share of audited frames. It suffices for the dashboard to show the accuracy lost to compression; the record
     * of an audited frame is about 20 bytes larger.
     */
    private static final String AUDIT_SHARE = "0.1";

    private static final Duration START = Duration.ofSeconds(60);

    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final Future<CompressorApp> compressor;
    private final Future<ClassifierApp> classifier;
    private boolean handedOver;

    private PipelineStart(CompressorConfig compressing, ClassifierConfig classifying) {
        compressor = threads.submit(() -> CompressorApp.start(compressing));
        classifier = threads.submit(() -> ClassifierApp.start(classifying));
        threads.shutdown();
    }

    /** Starts both apps and returns at once. The broker need not be up. */
    static PipelineStart begin(
            String bootstrapServers, Path bundle, Path heads, DemoOptions options, TemporaryDirectory scratch) {
        Map<String, String> common = new HashMap<>();
        common.put("bootstrap.servers", bootstrapServers);
        common.put("bundle", bundle.toString());
        common.put("batch.size", Integer.toString(options.batch()));
        common.put("device", options.device());
        return new PipelineStart(
                CompressorConfig.from(ConfigSources.of(common)
                        .with(Map.of(
                                "audit.share",
                                AUDIT_SHARE,
                                "http.port",
                                "0",
                                "state.dir",
                                scratch.resolve("compressor").toString()))),
                ClassifierConfig.from(ConfigSources.of(common)
                        .with(Map.of(
                                "heads", heads.toString(),
                                "dashboard.thumbnails", "true",
                                "http.port", Integer.toString(options.port()),
                                "state.dir", scratch.resolve("classifier").toString()))));
    }

    /** Waits until both apps process records. The caller must close the returned pipeline. */
    Pipeline await() throws InterruptedException {
        try {
            compressor.get().app().awaitReady(START);
            classifier.get().app().awaitReady(START);
            handedOver = true;
            return new Pipeline(compressor.get(), classifier.get());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    /** Stops the apps, unless {@link #await} has returned them. */
    @Override
    public void close() {
        if (!handedOver) {
            threads.shutdownNow();
            close(compressor);
            close(classifier);
        }
    }

    private static void close(Future<? extends AutoCloseable> starting) {
        try {
            starting.get().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            // The app failed to start, and has closed its resources.
        }
    }
}
