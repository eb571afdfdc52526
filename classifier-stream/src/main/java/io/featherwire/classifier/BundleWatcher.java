package io.featherwire.classifier;

import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.onnx.OnnxException;
import io.featherwire.runtime.StartException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads bundles and registers them: at start from the configured directories, later from a watched directory. */
final class BundleWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BundleWatcher.class);

    private final ClassifierConfig config;
    private final BundleRegistry bundleRegistry = new BundleRegistry();
    private final Counter refused;
    private final ManifestDirectoryWatcher watched =
            new ManifestDirectoryWatcher("bundles", Bundle.MANIFEST, this::tryToLoad);

    private BundleWatcher(ClassifierConfig config, MeterRegistry registry) {
        this.config = config;
        this.refused = Counter.builder("featherwire.bundles.refused")
                .description("Bundles in the watched directory that could not be loaded.")
                .register(registry);
        Gauge.builder("featherwire.bundles.loaded", bundleRegistry, loaded -> loaded.fingerprints()
                        .size())
                .description("Bundles that are loaded.")
                .register(registry);
    }

    /**
     * Loads the existing bundles and starts to watch for new ones.
     *
     * @throws StartException if a configured directory is not a usable bundle
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
        config.find(ClassifierConfig.BUNDLES_DIRECTORY).ifPresent(bundles.watched::watch);
        return bundles;
    }

    BundleRegistry bundleRegistry() {
        return bundleRegistry;
    }

    private PayloadClassifier load(Path directory) throws BundleException {
        var bundle = Bundle.load(directory);
        ClassLimits.check("bundle", directory, bundle.manifest().classes());
        var classifier =
                PayloadClassifier.open(bundle, config.get(ClassifierConfig.DEVICE), config.classifierOptions());
        LOG.info(
                "bundle {} ({}) loaded from {}",
                bundle.fingerprint().hex(),
                bundle.manifest().name(),
                directory);
        if (ExpectedPayloadSize.parse(bundle.manifest())
                .filter(expected -> !expected.hasDeviation())
                .isPresent()) {
            LOG.info(
                    "bundle {} has no standard deviation of payload sizes: only drift.alert applies",
                    bundle.fingerprint().hex());
        }
        return classifier;
    }

    /**
     * Loads a bundle of the watched directory. A bundle whose directory is deleted stays loaded, since its payloads may
     * still arrive.
     */
    private boolean tryToLoad(Path directory) {
        try {
            if (!bundleRegistry.has(Bundle.load(directory).fingerprint())) {
                bundleRegistry.add(load(directory));
            }
        } catch (BundleException | OnnxException e) {
            refused.increment();
            LOG.error("bundle refused: {}", e.getMessage());
        }
        return true;
    }

    @Override
    public void close() {
        watched.close();
        bundleRegistry.close();
    }
}
