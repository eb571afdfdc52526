package io.featherwire.classifier;

import io.featherwire.codec.HeadClassifier;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.onnx.OnnxException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the further heads of a watched directory. Heads can be added, replaced and removed while the stream runs. */
final class HeadWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeadWatcher.class);

    private final ClassifierConfig config;
    private final BundleRegistry bundles;
    private final HeadRegistry heads;
    private final Counter refused;
    /** The heads whose bundle is not loaded. They are logged once and tried again at every scan. */
    private final Set<Path> waiting = new HashSet<>();

    private final ManifestDirectoryWatcher watched =
            new ManifestDirectoryWatcher("heads", Head.MANIFEST, new ManifestDirectoryWatcher.Contents() {
                @Override
                public boolean onChanged(Path directory) {
                    return load(directory);
                }

                @Override
                public void onRemoved(Path directory) {
                    heads.remove(directory);
                    waiting.remove(directory);
                    LOG.info("head {} was removed", directory.getFileName());
                }
            });

    private HeadWatcher(ClassifierConfig config, BundleRegistry bundles, MeterRegistry registry) {
        this.config = config;
        this.bundles = bundles;
        this.heads = new HeadRegistry(registry);
        this.refused = Counter.builder("featherwire.heads.refused")
                .description("Heads in the watched directory that could not be loaded.")
                .register(registry);
        Gauge.builder("featherwire.heads.loaded", heads, loaded -> loaded.heads()
                        .size())
                .description("Further heads that are loaded.")
                .register(registry);
        FunctionCounter.builder("featherwire.heads.failed", heads, HeadRegistry::failedCount)
                .description("Frames on which a further head failed.")
                .register(registry);
    }

    /** Loads the existing heads and starts to watch for changes, if a directory is configured. */
    static HeadWatcher open(ClassifierConfig config, BundleRegistry bundles, MeterRegistry registry) {
        var watcher = new HeadWatcher(config, bundles, registry);
        config.find(ClassifierConfig.HEADS).ifPresent(watcher.watched::watch);
        return watcher;
    }

    HeadRegistry heads() {
        return heads;
    }

    /**
     * Loads a head.
     *
     * @return false if the head must be tried again, since its bundle is not loaded yet
     */
    private boolean load(Path directory) {
        try {
            var head = Head.load(directory);
            ClassLimits.check("head", directory, head.manifest().classes());
            var bundle = bundles.find(head.manifest().trunk());
            if (bundle.isEmpty()) {
                if (waiting.add(directory)) {
                    LOG.warn(
                            "head {} waits for bundle {}, which is not loaded",
                            head,
                            head.manifest().trunk());
                }
                return false;
            }
            var opened = HeadClassifier.open(
                    head,
                    bundle.get().bundle(),
                    config.get(ClassifierConfig.DEVICE),
                    config.classifierOptions().maxBatch(),
                    config.classifierOptions().onnx());
            heads.put(directory, opened);
            LOG.info(
                    "head {} loaded from {}, {} classes",
                    head,
                    directory,
                    head.manifest().classes().size());
        } catch (BundleException | OnnxException e) {
            refused.increment();
            LOG.error("head refused: {}", e.getMessage());
        }
        return true;
    }

    @Override
    public void close() {
        watched.close();
        heads.close();
    }
}
