package io.featherwire.classifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.featherwire.classifier.accuracy.FramePrediction;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.onnx.OnnxException;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.record.RecordLimits;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fills the registry: at start from the directories that were named, later from a watched directory. */
final class BundleWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BundleWatcher.class);

    private final ClassifierConfig config;
    private final BundleRegistry bundleRegistry = new BundleRegistry();
    private final Counter refused;
    /** Manifests seen in the watched directory, with their time of change: a changed one is tried again. */
    private final Map<Path, Long> seen = new HashMap<>();

    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "bundles");
        thread.setDaemon(true);
        return thread;
    });

    private BundleWatcher(ClassifierConfig config, MeterRegistry registry) {
        this.config = config;
        this.refused = Counter.builder("featherwire.bundles.refused")
                .description("Bundles in the watched directory that could not be loaded.")
                .register(registry);
        Gauge.builder("featherwire.bundles.loaded", bundleRegistry, loaded -> loaded.fingerprints()
                        .size())
                .description("Bundles that payloads can be read with.")
                .register(registry);
    }

    /**
     * Loads what is there and goes on watching.
     *
     * @throws StartException if a directory that was named is no bundle that works here
     */
    static BundleWatcher open(ClassifierConfig config, MeterRegistry registry) {
        var bundles = new BundleWatcher(config, registry);
        try {
            for (var directory : config.find(ClassifierConfig.BUNDLES).orElse(List.of())) {
                bundles.bundleRegistry.add(bundles.load(directory));
            }
        } catch (BundleException | OnnxException e) {
            bundles.close();
            throw new StartException(e.getMessage(), e);
        }
        config.find(ClassifierConfig.BUNDLES_DIRECTORY).ifPresent(directory -> {
            bundles.look(directory);
            bundles.watch.scheduleWithFixedDelay(() -> bundles.look(directory), 2, 2, TimeUnit.SECONDS);
        });
        return bundles;
    }

    BundleRegistry bundleRegistry() {
        return bundleRegistry;
    }

    private PayloadClassifier load(Path directory) throws BundleException {
        var bundle = Bundle.load(directory);
        checkClasses(directory, bundle.manifest().classes());
        var classifier =
                PayloadClassifier.open(bundle, config.get(ClassifierConfig.DEVICE), config.classifierOptions());
        LOG.info(
                "bundle {} ({}) loaded from {}",
                bundle.fingerprint().hex(),
                bundle.manifest().name(),
                directory);
        if (ExpectedPayload.of(bundle.manifest())
                .filter(expected -> !expected.tellsDeviation())
                .isPresent()) {
            LOG.info(
                    "bundle {} does not hold the spread of its payload sizes: only drift.alert applies",
                    bundle.fingerprint().hex());
        }
        return classifier;
    }

    /** What records and the ledger cannot hold would make a dead letter of every frame. */
    private static void checkClasses(Path directory, List<String> classes) throws BundleException {
        if (classes.size() > FramePrediction.MAX_CLASSES
                || classes.stream().anyMatch(name -> name.getBytes(UTF_8).length > RecordLimits.LABEL)) {
            throw new BundleException("the classifier takes no bundle with more than " + FramePrediction.MAX_CLASSES
                    + " classes or a class name of more than " + RecordLimits.LABEL + " bytes: " + directory);
        }
    }

    /** Loads every bundle that has come or changed since the last look. A manifest is written last, so what has one is whole. */
    private void look(Path parent) {
        try {
            for (var directory : directories(parent)) {
                var manifest = directory.resolve(Bundle.MANIFEST);
                if (Files.isRegularFile(manifest)) {
                    long changed = Files.getLastModifiedTime(manifest).toMillis();
                    Long before = seen.put(directory, changed);
                    if (before == null || before != changed) {
                        tryToLoad(directory);
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("the directory of bundles cannot be read: {}", String.valueOf(e.getMessage()));
        }
    }

    private static List<Path> directories(Path parent) throws IOException {
        try (var children = Files.list(parent)) {
            return children.filter(Files::isDirectory).sorted().toList();
        }
    }

    private void tryToLoad(Path directory) {
        try {
            if (!bundleRegistry.has(Bundle.load(directory).fingerprint())) {
                bundleRegistry.add(load(directory));
            }
        } catch (BundleException | OnnxException e) {
            refused.increment();
            LOG.error("bundle refused: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
        try {
            watch.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        bundleRegistry.close();
    }
}
