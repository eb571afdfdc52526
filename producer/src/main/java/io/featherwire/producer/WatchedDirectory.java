package io.featherwire.producer;

import static java.util.Objects.requireNonNull;

import io.featherwire.datasets.ImageFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Image files as they appear below a directory. A file is taken when its size and time have stayed the same over one
 * interval, so that one still being written is not; one that is renamed into place is whole from the start. A file that
 * changes later counts as a new one. Looks around instead of listening: that works on network file systems too.
 */
public final class WatchedDirectory implements ShotSource {

    private record Version(long size, FileTime time) {}

    private final Path root;
    private final long intervalNanos;
    private final LongSupplier clock;
    private final Map<Path, Version> seen = new HashMap<>();
    private final Map<Path, Version> taken = new HashMap<>();
    private final Queue<Path> ready = new ArrayDeque<>();
    private long nextLook;

    WatchedDirectory(Path root, Duration interval, LongSupplier clock) {
        this.root = requireNonNull(root, "root");
        this.intervalNanos = interval.toNanos();
        this.clock = clock;
        this.nextLook = clock.getAsLong();
    }

    /** @param existing whether to take the files that are there already */
    public static WatchedDirectory at(Path root, Duration interval, boolean existing) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new NoSuchFileException(root.toString(), null, "no such directory to watch");
        }
        var watched = new WatchedDirectory(root, interval, System::nanoTime);
        if (!existing) {
            watched.taken.putAll(watched.versions());
        }
        return watched;
    }

    @Override
    public @Nullable Shot next() throws IOException {
        if (ready.isEmpty() && clock.getAsLong() - nextLook >= 0) {
            look();
            nextLook = clock.getAsLong() + intervalNanos;
        }
        Path file = ready.poll();
        return file == null ? null : new Shot(root.relativize(file).toString(), ImageFile.read(file), null);
    }

    private void look() throws IOException {
        Map<Path, Version> now = versions();
        now.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
            Version version = entry.getValue();
            if (version.equals(seen.get(entry.getKey())) && !version.equals(taken.get(entry.getKey()))) {
                taken.put(entry.getKey(), version);
                ready.add(entry.getKey());
            }
        });
        taken.keySet().retainAll(now.keySet());
        seen.clear();
        seen.putAll(now);
    }

    private Map<Path, Version> versions() throws IOException {
        Map<Path, Version> versions = new HashMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            List<Path> files = paths.filter(ImageFile::isNamedLikeOne).toList();
            for (Path file : files) {
                BasicFileAttributes attributes = attributes(file);
                if (attributes != null && attributes.isRegularFile()) {
                    versions.put(file, new Version(attributes.size(), attributes.lastModifiedTime()));
                }
            }
        } catch (UncheckedIOException e) {
            // A directory vanished while it was walked: the next look sees what is left.
            return versions;
        }
        return versions;
    }

    private static @Nullable BasicFileAttributes attributes(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public boolean isExhausted() {
        return false;
    }

    @Override
    public OptionalLong size() {
        return OptionalLong.empty();
    }

    @Override
    public String name() {
        return "directory";
    }
}
