package io.featherwire.classifier;

import io.featherwire.runtime.log.RateLimitedLog;
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

/**
 * Watches a directory for added, changed and removed subdirectories. A subdirectory is complete when it has a manifest,
 * since the manifest is written last.
 */
final class ManifestDirectoryWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManifestDirectoryWatcher.class);
    private static final int LOOK_SECONDS = 2;

    /** The value in place of a modification time for a directory that must be reported again. */
    private static final long NOT_YET = Long.MIN_VALUE;

    /** Receives the changes, from one thread at a time. */
    interface Contents {

        /**
         * Called when a directory was added or changed; returns false if it must be reported again at the next scan.
         */
        boolean onChanged(Path directory);

        /** Called when a reported directory was removed. */
        default void onRemoved(Path directory) {}
    }

    private final String what;
    private final String manifest;
    private final Contents contents;

    /** The modification times of the reported manifests, by directory. */
    private final Map<Path, Long> seen = new HashMap<>();

    private final ScheduledExecutorService watch;
    private final RateLimitedLog log = new RateLimitedLog(LOG);

    /**
     * @param what the kind of the subdirectories, in the plural, for messages
     * @param manifest the file name of the manifest
     */
    ManifestDirectoryWatcher(String what, String manifest, Contents contents) {
        this.what = what;
        this.manifest = manifest;
        this.contents = contents;
        this.watch = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, what);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Reports the existing subdirectories and starts to watch for changes. */
    void watch(Path parent) {
        scan(parent);
        watch.scheduleWithFixedDelay(() -> scan(parent), LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private void scan(Path parent) {
        try {
            Set<Path> there = new HashSet<>();
            try (var children = Files.list(parent)) {
                for (var directory : children.sorted().toList()) {
                    var file = directory.resolve(manifest);
                    if (!isHidden(directory) && Files.isRegularFile(file)) {
                        there.add(directory);
                        scan(directory, Files.getLastModifiedTime(file).toMillis());
                    }
                }
            }
            for (var directory : Set.copyOf(seen.keySet())) {
                if (!there.contains(directory)) {
                    seen.remove(directory);
                    contents.onRemoved(directory);
                }
            }
        } catch (IOException | RuntimeException e) {
            log.warn("the directory of {} cannot be read: {}", what, String.valueOf(e.getMessage()));
        }
    }

    /** Whether the directory is still being written; it then has a name that starts with a dot. */
    private static boolean isHidden(Path directory) {
        return String.valueOf(directory.getFileName()).startsWith(".");
    }

    private void scan(Path directory, long changed) {
        Long before = seen.get(directory);
        if (before == null || before != changed) {
            seen.put(directory, contents.onChanged(directory) ? changed : NOT_YET);
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
    }
}
