package io.featherwire.cli.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory for one run, deleted at its end. */
public record TemporaryDirectory(Path directory) implements AutoCloseable {

    /** Creates a directory in the system's temporary directory. */
    public static TemporaryDirectory create(String command) throws IOException {
        return new TemporaryDirectory(Files.createTempDirectory("featherwire-" + command + "-"));
    }

    public Path resolve(String name) {
        return directory.resolve(name);
    }

    /** Deletes a directory with all its content, if it exists. */
    public static void delete(Path root) throws IOException {
        if (Files.notExists(root)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(root)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }

    @Override
    public void close() throws IOException {
        delete(directory);
    }
}
