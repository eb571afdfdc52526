package io.featherwire.classifier;

import io.featherwire.runtime.log.PacedLog;
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
 * Watches a directory whose subdirectories are added, changed and removed. Each has a manifest that is written last, so
 * that a subdirectory with a manifest is complete.
 */
final class ManifestDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManifestDirectory.class);
    private static final int LOOK_SECONDS = 2;

    /** Modification time of a directory that must be reported again. */
    private static final long NOT_YET = Long.MIN_VALUE;

    /** Receives the changes; calls come from one thread at a time. */
    interface Contents {

        /** A directory was added or changed; returns false if it must be reported again at the next scan. */
        boolean take(Path directory);

        /** A reported directory was removed. */
        default void remove(Path directory) {}
    }

    private final String what;
    private final String manifest;
    private final Contents contents;

    /** Known manifests with their modification times; a changed one is reported again. */
    private final Map<Path, Long> seen = new HashMap<>();

    private final ScheduledExecutorService watch;
    private final PacedLog log = new PacedLog(LOG);

    /**
     * @param what name of the kind of directories, in the plural, for messages
     * @param manifest file name
     */
    ManifestDirectory(String what, String manifest, Contents contents) {
        this.what = what;
        this.manifest = manifest;
        this.contents = contents;
        this.watch = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, what);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Reports the existing directories, and continues watching. */
    void watch(Path parent) {
        look(parent);
        watch.scheduleWithFixedDelay(() -> look(parent), LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private void look(Path parent) {
        try {
            Set<Path> there = new HashSet<>();
            try (var children = Files.list(parent)) {
                for (var directory : children.sorted().toList()) {
                    var file = directory.resolve(manifest);
                    if (!isHidden(directory) && Files.isRegularFile(file)) {
                        there.add(directory);
                        look(directory, Files.getLastModifiedTime(file).toMillis());
                    }
                }
            }
            for (var directory : Set.copyOf(seen.keySet())) {
                if (!there.contains(directory)) {
                    seen.remove(directory);
                    contents.remove(directory);
                }
            }
        } catch (IOException | RuntimeException e) {
            log.warn("the directory of {} cannot be read: {}", what, String.valueOf(e.getMessage()));
        }
    }

    /** Whether the name is one that directories have while they are being written. */
    private static boolean isHidden(Path directory) {
        return String.valueOf(directory.getFileName()).startsWith(".");
    }

    private void look(Path directory, long changed) {
        Long before = seen.get(directory);
        if (before == null || before != changed) {
            seen.put(directory, contents.take(directory) ? changed : NOT_YET);
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
