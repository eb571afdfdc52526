package io.featherwire.evaluation.utility;

import static java.util.Objects.requireNonNull;

import io.featherwire.datasets.ImageFile;
import io.featherwire.evaluation.EvaluationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The image files of {@code <root>/{train,test}/<class>/}, sorted by name. */
final class ClassFolderFiles {

    private final Path root;

    ClassFolderFiles(Path root) throws EvaluationException {
        this.root = root;
        for (String part : List.of("train", "test")) {
            if (!Files.isDirectory(root.resolve(part))) {
                throw new EvaluationException("Cannot read class folders in " + root + ": there is no directory " + part
                        + ". Give --data a directory with train/<class>/ and test/<class>/.");
            }
        }
    }

    String name() {
        return String.valueOf(root.toAbsolutePath().normalize().getFileName());
    }

    /** The names of the class folders. */
    Set<String> classes() throws IOException {
        try (Stream<Path> folders = Files.list(root.resolve("train"))) {
            return new TreeSet<>(folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .toList());
        }
    }

    /** The first {@code max} files of each of the given classes. */
    List<Path> files(String part, List<String> classes, int max) throws IOException, EvaluationException {
        List<Path> all = new ArrayList<>();
        for (String name : classes) {
            Path folder = root.resolve(part).resolve(name);
            if (!Files.isDirectory(folder)) {
                throw new EvaluationException("Cannot find the class " + name + ": there is no directory " + folder
                        + ". Give --class-lists a file with the classes of your data.");
            }
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(ImageFile::hasImageName).sorted().limit(max).forEach(all::add);
            }
        }
        return all;
    }

    /** The name of a file's class folder. */
    static String className(Path file) {
        return String.valueOf(
                requireNonNull(file.toAbsolutePath().getParent(), "folder").getFileName());
    }
}
