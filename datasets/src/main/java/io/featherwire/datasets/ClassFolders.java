package io.featherwire.datasets;

import io.featherwire.codec.image.EncodedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder that contains one folder of images for each class.
 *
 * @param looseImages number of images beside the class folders
 */
record ClassFolders(Path folder, List<String> classes, int looseImages) {

    /** An image file in a class folder. {@code id} is the file's path below the data set's root. */
    record LabelledFile(String id, Path file, int label) {

        EncodedImage read() throws IOException {
            return ImageFile.read(file);
        }
    }

    /**
     * Lists the visible folders in {@code folder}, sorted by name; none if {@code folder} is not a directory. Adds a
     * remark on images beside the class folders.
     */
    static ClassFolders in(Path folder, SkippedFiles skipped) {
        List<String> names = new ArrayList<>();
        int images = 0;
        for (Path entry : entries(folder, skipped)) {
            String name = entry.getFileName().toString();
            if (Files.isDirectory(entry)) {
                if (linksToParent(entry, folder)) {
                    skipped.addRemark(FileNames.printable(entry) + ": a link to a parent folder, not a class");
                } else if (!name.startsWith(".")) {
                    names.add(name);
                }
            } else if (ImageFile.hasImageName(entry)) {
                images++;
            } else {
                skipped.addOther(entry);
            }
        }
        if (images > 0) {
            skipped.addRemark(
                    "unused images beside the class folders of " + FileNames.printable(folder) + ": " + images);
        }
        return new ClassFolders(folder, names.stream().sorted().toList(), images);
    }

    private static boolean linksToParent(Path entry, Path folder) {
        try {
            return Files.isSymbolicLink(entry) && folder.toRealPath().startsWith(entry.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }

    private static List<Path> entries(Path folder, SkippedFiles skipped) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        } catch (IOException | UncheckedIOException e) {
            skipped.addUnreadable(folder, e);
            return List.of();
        }
    }

    boolean isEmpty() {
        return classes.isEmpty();
    }

    /** Lists the image files of one class, in the order of {@link #shuffleByHash}. Adds remarks on other visible files. */
    List<LabelledFile> images(Path root, String name, int label, SkippedFiles skipped) {
        if (!classes.contains(name)) {
            return List.of();
        }
        List<LabelledFile> files = new ArrayList<>();
        for (Path entry : entries(folder.resolve(name), skipped)) {
            if (Files.isRegularFile(entry)) {
                if (ImageFile.hasImageName(entry)) {
                    files.add(new LabelledFile(id(root, entry), entry, label));
                } else {
                    skipped.addOther(entry);
                }
            } else if (Files.isDirectory(entry)) {
                skipped.addRemark(
                        FileNames.printable(entry) + ": a folder within a class folder, whose files are not used");
            } else if (ImageFile.hasImageName(entry)) {
                skipped.addRemark(FileNames.printable(entry) + ": a dangling link, or not a regular file");
            }
        }
        return shuffleByHash(files);
    }

    /**
     * Sorts files by the hash of their ids. The order looks random, is equal on every machine, and does not change when
     * a file is added.
     */
    static List<LabelledFile> shuffleByHash(List<LabelledFile> files) {
        List<LabelledFile> sorted = new ArrayList<>(files);
        sorted.sort(
                Comparator.<LabelledFile>comparingLong(file -> hash(file.id())).thenComparing(LabelledFile::id));
        return sorted;
    }

    private static String id(Path root, Path file) {
        Path below = root.relativize(file);
        return Stream.iterate(0, i -> i < below.getNameCount(), i -> i + 1)
                .map(i -> below.getName(i).toString())
                .collect(Collectors.joining("/"));
    }

    /** FNV-1a over the characters, then the finaliser of SplitMix64, so that similar ids get unrelated hashes. */
    private static long hash(String text) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
        return hash ^ (hash >>> 31);
    }
}
