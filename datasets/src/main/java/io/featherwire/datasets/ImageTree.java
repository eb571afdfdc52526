package io.featherwire.datasets;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The image files below a directory, found by one walk. The walk follows links, and lists a file or folder with several
 * names once. An unreadable folder does not affect the others.
 *
 * @param files image files, sorted by path
 * @param faults files and folders that could not be examined; their images may be missing from {@code files}
 * @param others regular files that are not named like images
 * @param furtherNames number of further names (symbolic or hard links) of the files in {@code files}
 */
public record ImageTree(List<FoundFile> files, List<Fault> faults, UnsupportedFiles others, int furtherNames) {

    /**
     * An existing image file.
     *
     * @param key identity of the file, independent of its name; the path if the file system has no such key
     */
    public record FoundFile(Path path, Object key, long size, FileTime modified) {}

    /**
     * A file or folder that could not be read.
     *
     * @param hides whether images may be missing because of the fault; false for a dangling link
     */
    public record Fault(Path path, String reason, boolean hides) {

        @Override
        public String toString() {
            return FileNames.printable(path) + ": " + reason;
        }
    }

    public ImageTree {
        files = List.copyOf(files);
        faults = List.copyOf(faults);
        requireNonNull(others, "others");
    }

    /**
     * Walks the directory once and never throws an I/O error. If {@code root} itself cannot be listed, it is the only
     * fault.
     */
    public static ImageTree walk(Path root) {
        var walk = new Walk(root);
        try {
            Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, walk);
        } catch (IOException | UncheckedIOException e) {
            walk.faults.add(new Fault(root, FileNames.reasonOf(e), true));
        }
        return walk.result();
    }

    /** Whether images below this path may be missing from the list. */
    public boolean mayMissImages(Path path) {
        return faults.stream().anyMatch(fault -> fault.hides() && path.startsWith(fault.path()));
    }

    private static final class Walk implements FileVisitor<Path> {

        private final Path root;
        private final Map<Object, FoundFile> files = new HashMap<>();
        private final Set<Object> folders = new HashSet<>();
        private final List<Fault> faults = new ArrayList<>();
        private final UnsupportedFiles.Counter others = new UnsupportedFiles.Counter();
        private int furtherNames;

        Walk(Path root) {
            this.root = root;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return folders.add(keyOf(folder, attributes)) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            boolean image = ImageFile.hasImageName(file);
            if (file.equals(root)) {
                faults.add(new Fault(root, attributes.isSymbolicLink() ? "a dangling link" : "not a directory", true));
            } else if (attributes.isSymbolicLink()) {
                // The walk follows links. A file that is still a link here leads nowhere.
                faults.add(new Fault(file, "a dangling link", false));
            } else if (!attributes.isRegularFile()) {
                if (image) {
                    faults.add(new Fault(file, "not a regular file", false));
                }
            } else if (image) {
                Object key = keyOf(file, attributes);
                var found = new FoundFile(file, key, attributes.size(), attributes.lastModifiedTime());
                FoundFile other = files.putIfAbsent(key, found);
                if (other != null) {
                    furtherNames++;
                    // Lists the file by its first name in alphabetical order, so that every walk lists the same name.
                    if (file.compareTo(other.path()) < 0) {
                        files.put(key, found);
                    }
                }
            } else {
                others.add(file);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException why) {
            if (why instanceof FileSystemLoopException) {
                faults.add(new Fault(file, "a link to a parent folder, which is not followed", false));
            } else {
                // A file that vanishes during the walk is ignored. A missing root is a fault.
                addFault(file, why);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException why) {
            if (why != null) {
                addFault(folder, why);
            }
            return FileVisitResult.CONTINUE;
        }

        private void addFault(Path path, IOException why) {
            if (!(why instanceof NoSuchFileException) || folders.isEmpty()) {
                faults.add(new Fault(path, FileNames.reasonOf(why), true));
            }
        }

        private static Object keyOf(Path path, BasicFileAttributes attributes) {
            Object key = attributes.fileKey();
            return key == null ? path : key;
        }

        private ImageTree result() {
            List<FoundFile> sorted = new ArrayList<>(files.values());
            sorted.sort(Comparator.comparing(FoundFile::path));
            return new ImageTree(sorted, faults, others.result(), furtherNames);
        }
    }
}
