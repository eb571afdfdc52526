package io.featherwire.producer;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.datasets.FileNames;
import io.featherwire.datasets.ImageFile;
import io.featherwire.datasets.ImageTree;
import io.featherwire.datasets.ImageTree.FoundFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Returns image files as they appear below a directory. A file is read once its size and modification time have stayed
 * the same for one interval, so that no file is read while it is being written. A file that changes later is returned
 * again. A file that is only renamed, linked, touched, rewritten with the same bytes or absent for a while is not. The
 * directory is scanned at intervals, since file notifications do not work on network file systems. A file or folder
 * that cannot be read does not stop the others, and is tried again at each scan.
 */
final class WatchedDirectory implements ImageSource {

    private static final int GONE_KEPT = 100_000;

    private final Path root;
    private final long intervalNanos;
    private final LongSupplier clock;
    private final Supplier<ImageTree> walk;
    private final SentFiles sent = new SentFiles(GONE_KEPT);
    private final WatchWarnings warnings;
    /** Files of the last scan that have not been sent, by key. */
    private final Map<Object, FoundFile> seen = new HashMap<>();

    private final Queue<FoundFile> ready = new ArrayDeque<>();
    private Consumer<CaptureKeys> known = keys -> {};
    private long nextLook;
    /** Whether the last scan could list all folders. */
    private boolean complete;

    WatchedDirectory(Path root, Duration interval, LongSupplier clock, Supplier<ImageTree> walk) {
        this.root = requireNonNull(root, "root");
        this.intervalNanos = interval.toNanos();
        this.clock = clock;
        this.walk = walk;
        this.warnings = new WatchWarnings(root);
        this.nextLook = clock.getAsLong();
    }

    WatchedDirectory(Path root, Duration interval, LongSupplier clock) {
        this(root, interval, clock, () -> ImageTree.walk(root));
    }

    /** @param existing whether to send files that exist at the start */
    public static WatchedDirectory of(Path root, Duration interval, boolean existing) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new NoSuchFileException(root.toString(), null, "the watched directory does not exist");
        }
        var watched = new WatchedDirectory(root, interval, System::nanoTime);
        if (!existing) {
            watched.skipExisting();
        }
        return watched;
    }

    void skipExisting() {
        ImageTree tree = walk.get();
        tree.files().forEach(file -> sent.add(file, null));
        sent.endScan(tree);
        warnings.afterScan(tree);
    }

    @Override
    public @Nullable SourceImage next() {
        if (ready.isEmpty() && clock.getAsLong() - nextLook >= 0) {
            scan();
            nextLook = clock.getAsLong() + intervalNanos;
        }
        for (FoundFile file = ready.poll(); file != null; file = ready.poll()) {
            SourceImage picture = read(file);
            if (picture != null) {
                return picture;
            }
        }
        return null;
    }

    private void scan() {
        ImageTree tree = walk.get();
        Map<Object, FoundFile> now = new HashMap<>();
        for (FoundFile file : tree.files()) {
            if (sent.match(file) == SentFiles.Match.SENT) {
                continue;
            }
            now.put(file.key(), file);
            FoundFile before = seen.get(file.key());
            if (before != null && isSame(before, file)) {
                if (file.size() == 0) {
                    warnings.warnUnreadable(file, "empty so far");
                } else {
                    ready.add(file);
                }
            }
        }
        seen.values().stream()
                .filter(file -> !now.containsKey(file.key()) && !tree.mayMissImages(file.path()))
                .forEach(warnings::countMissed);
        seen.clear();
        seen.putAll(now);
        sent.endScan(tree);
        complete = tree.faults().stream().noneMatch(ImageTree.Fault::hides);
        warnings.afterScan(tree);
    }

    private static boolean isSame(FoundFile before, FoundFile file) {
        return before.size() == file.size() && before.modified().equals(file.modified());
    }

    /**
     * Reads a file. Returns null if it was sent before, or cannot be read completely; in the latter case a later scan
     * tries again.
     */
    private @Nullable SourceImage read(FoundFile file) {
        EncodedImage image;
        try {
            image = ImageFile.read(file.path());
            BasicFileAttributes after = Files.readAttributes(file.path(), BasicFileAttributes.class);
            if (after.size() != file.size()
                    || image.bytes().length != file.size()
                    || !after.lastModifiedTime().equals(file.modified())) {
                return null;
            }
        } catch (NoSuchFileException e) {
            // The file was renamed or deleted: the next scan finds out.
            return null;
        } catch (IOException e) {
            warnings.warnUnreadable(file, FileNames.reasonOf(e));
            return null;
        }
        String origin = FileNames.printable(root.relativize(file.path()));
        CaptureKeys keys = CaptureKeys.of(origin, file, image.bytes());
        boolean again = sent.isSent(file, keys);
        sent.add(file, keys);
        seen.remove(file.key());
        warnings.onRead(file);
        if (again) {
            known.accept(keys);
            warnings.countUnchanged(file);
            return null;
        }
        return new SourceImage(origin, image, null, null, null, keys);
    }

    /**
     * The keys are present after a scan that listed all folders, once each listed file was read or failed to be read.
     */
    @Override
    public Optional<Set<Long>> existing() {
        if (!complete || !ready.isEmpty() || !seen.keySet().stream().allMatch(warnings::isUnreadable)) {
            return Optional.empty();
        }
        return Optional.of(sent.existing());
    }

    @Override
    public void onKnownFile(Consumer<CaptureKeys> listener) {
        known = requireNonNull(listener, "listener");
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

    @Override
    public List<String> remarks() {
        return warnings.remarks();
    }

    @Override
    public long unreadable() {
        return warnings.unreadable();
    }
}
