package io.featherwire.datasets;

import io.featherwire.codec.image.EncodedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A folder with one folder of images for each class. */
record ClassFolders(Path folder, List<String> classes) {

    /** An image file whose folder says what it shows; {@code id} is its path below the data set's root. */
    record LabelledFile(String id, Path file, int label) {

        EncodedImage read() throws IOException {
            return ImageFile.read(file);
        }
    }

    /** The folders in {@code folder} that are not hidden, by name; none if it is not a directory. */
    static ClassFolders in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return new ClassFolders(folder, List.of());
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<String> names = entries.filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
            return new ClassFolders(folder, names);
        }
    }

    boolean isEmpty() {
        return classes.isEmpty();
    }

    /** The image files of one class, in the order of {@link #scatter}. */
    List<LabelledFile> images(Path root, String name, int label) throws IOException {
        if (!classes.contains(name)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder.resolve(name))) {
            return scatter(entries.filter(ImageFile::isNamedLikeOne)
                    .filter(Files::isRegularFile)
                    .map(file -> new LabelledFile(id(root, file), file, label))
                    .toList());
        }
    }

    /** Sorts by the hash of the id: looks shuffled, is the same everywhere, and a new file moves no other. */
    static List<LabelledFile> scatter(List<LabelledFile> files) {
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

    /** FNV-1a over the characters, finished as in SplitMix64 so that neighbours part. */
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
