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

/** A directory whose directories come, change and go: each has a manifest, which is written last, so that what has one is whole. */
final class ManifestDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManifestDirectory.class);
    private static final int LOOK_SECONDS = 2;

    /** No time of change: of a directory that is to be shown again. */
    private static final long NOT_YET = Long.MIN_VALUE;

    /** What is done with the directories; all calls come from one thread at a time. */
    interface Contents {

        /** One has come or changed; whether it is done with, or is to be shown again at the next look. */
        boolean take(Path directory);

        /** One that was shown has gone. */
        default void remove(Path directory) {}
    }

    private final String what;
    private final String manifest;
    private final Contents contents;

    /** Manifests seen, with their time of change: a changed one is taken again. */
    private final Map<Path, Long> seen = new HashMap<>();

    private final ScheduledExecutorService watch;
    private final PacedLog log = new PacedLog(LOG);

    /**
     * @param what the directories are, in the plural, for people
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

    /** Takes what is there, and goes on watching. */
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

    /** As directories are called while somebody writes them. */
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
