package io.featherwire.classifier;

import io.featherwire.codec.HeadClassifier;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.onnx.OnnxException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the heads of a directory, and goes on watching it: heads are added, replaced and removed without a stop. */
final class HeadWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeadWatcher.class);

    private final ClassifierConfig config;
    private final BundleRegistry bundles;
    private final HeadRegistry heads;
    private final Counter refused;
    /** Manifests seen, with their time of change: a changed one is loaded again. */
    private final Map<Path, Long> seen = new HashMap<>();

    /** Heads whose bundle is not loaded: said once, and tried again at every look. */
    private final Set<Path> waiting = new HashSet<>();

    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "heads");
        thread.setDaemon(true);
        return thread;
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
                .description("Further heads that answer for features.")
                .register(registry);
        FunctionCounter.builder("featherwire.heads.failed", heads, HeadRegistry::failed)
                .description("Answers that further heads could not give.")
                .register(registry);
    }

    /** Loads what is there, if a directory is set, and goes on watching. */
    static HeadWatcher open(ClassifierConfig config, BundleRegistry bundles, MeterRegistry registry) {
        var watcher = new HeadWatcher(config, bundles, registry);
        config.find(ClassifierConfig.HEADS).ifPresent(directory -> {
            watcher.look(directory);
            watcher.watch.scheduleWithFixedDelay(() -> watcher.look(directory), 2, 2, TimeUnit.SECONDS);
        });
        return watcher;
    }

    HeadRegistry heads() {
        return heads;
    }

    /** A manifest is written last, so what has one is whole. */
    private void look(Path parent) {
        try {
            Set<Path> there = new HashSet<>();
            try (var children = Files.list(parent)) {
                for (var directory : children.sorted().toList()) {
                    var manifest = directory.resolve(Head.MANIFEST);
                    if (!hidden(directory) && Files.isRegularFile(manifest)) {
                        there.add(directory);
                        look(directory, Files.getLastModifiedTime(manifest).toMillis());
                    }
                }
            }
            for (var directory : Set.copyOf(seen.keySet())) {
                if (!there.contains(directory)) {
                    seen.remove(directory);
                    heads.remove(directory);
                    LOG.info("head {} was removed", directory.getFileName());
                }
            }
            waiting.retainAll(there);
        } catch (IOException | RuntimeException e) {
            LOG.warn("the directory of heads cannot be read: {}", String.valueOf(e.getMessage()));
        }
    }

    private static boolean hidden(Path directory) {
        return String.valueOf(directory.getFileName()).startsWith(".");
    }

    private void look(Path directory, long changed) {
        Long before = seen.get(directory);
        if (before != null && before == changed) {
            return;
        }
        try {
            var head = Head.load(directory);
            var bundle = bundles.find(head.manifest().trunk());
            if (bundle.isEmpty()) {
                if (waiting.add(directory)) {
                    LOG.warn(
                            "head {} waits for bundle {}, which is not loaded",
                            head,
                            head.manifest().trunk());
                }
                return;
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
        seen.put(directory, changed);
    }

    @Override
    public void close() {
        watch.shutdownNow();
        try {
            watch.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        heads.close();
    }
}
