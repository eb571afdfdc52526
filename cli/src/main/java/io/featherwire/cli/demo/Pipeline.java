package io.featherwire.cli.demo;

import static java.util.Objects.requireNonNull;

import io.featherwire.classifier.ClassifierApp;
import io.featherwire.classifier.ClassifierConfig;
import io.featherwire.cli.console.Scratch;
import io.featherwire.compressor.CompressorApp;
import io.featherwire.compressor.CompressorConfig;
import io.featherwire.runtime.config.ConfigSources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Compressor and classifier, running in this JVM against real topics. */
final class Pipeline implements AutoCloseable {

    /** Enough for the page to show what compression costs; each audited frame's record is about 20 bytes larger. */
    private static final String AUDIT_SHARE = "0.1";

    private static final Duration START = Duration.ofSeconds(60);

    private final CompressorApp compressor;
    private final ClassifierApp classifier;

    private Pipeline(CompressorApp compressor, ClassifierApp classifier) {
        this.compressor = compressor;
        this.classifier = classifier;
    }

    /** Starts both and returns when both process records. */
    static Pipeline start(String bootstrapServers, Path bundle, DemoOptions options, Scratch scratch)
            throws InterruptedException {
        Map<String, String> common = new HashMap<>();
        common.put("bootstrap.servers", bootstrapServers);
        common.put("batch.size", Integer.toString(options.batch()));
        common.put("device", options.device());
        // Both load their networks at the same time.
        var starting =
                CompletableFuture.supplyAsync(() -> CompressorApp.start(CompressorConfig.from(ConfigSources.of(common)
                        .with(Map.of(
                                "bundle",
                                bundle.toString(),
                                "audit.share",
                                AUDIT_SHARE,
                                "http.port",
                                "0",
                                "state.dir",
                                scratch.resolve("compressor").toString())))));
        ClassifierApp classifier = null;
        try {
            classifier = ClassifierApp.start(ClassifierConfig.from(ConfigSources.of(common)
                    .with(Map.of(
                            "bundle", bundle.toString(),
                            "dashboard.thumbnails", "true",
                            "http.port", Integer.toString(options.port()),
                            "state.dir", scratch.resolve("classifier").toString()))));
            CompressorApp compressor = starting.join();
            compressor.app().awaitReady(START);
            classifier.app().awaitReady(START);
            return new Pipeline(compressor, classifier);
        } catch (CompletionException e) {
            requireNonNull(classifier).close();
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        } catch (RuntimeException e) {
            starting.thenAccept(CompressorApp::close);
            throw e;
        }
    }

    /** Why one of the two stopped by itself, if one did. */
    Optional<String> failure() {
        return compressor
                .app()
                .failure()
                .map(why -> "the compressor stopped: " + why)
                .or(() -> classifier.app().failure().map(why -> "the classifier stopped: " + why));
    }

    int dashboardPort() {
        return classifier.app().httpPort();
    }

    String device() {
        return compressor.device();
    }

    double meanBatchFill() {
        return compressor.meanBatchFill();
    }

    @Override
    public void close() {
        compressor.close();
        classifier.close();
    }
}
