package io.featherwire.codec.onnx;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes native libraries that Java libraries have unpacked into the temporary directory, once this process has loaded
 * them.
 *
 * <p>The Java libraries delete these files only at the JVM's exit, if at all: each killed process leaves tens of
 * megabytes, and ONNX Runtime leaves an empty directory even after a clean exit. On Linux a loaded library no longer
 * needs its file, so that the file is deleted right after loading. On other systems the files are left to the Java
 * libraries.
 */
public final class NativeLibraryCleanup {

    private static final Logger LOG = LoggerFactory.getLogger(NativeLibraryCleanup.class);
    /** The suffix of an empty file that SQLite's driver puts beside its library. */
    private static final String LOCK = ".lck";

    private static final Path MAPPED_FILES = Path.of("/proc/self/maps");

    private NativeLibraryCleanup() {}

    /**
     * Deletes the files of loaded libraries.
     *
     * @param prefixes the prefixes of the names, in the temporary directory, of the files or of their directories
     */
    public static void deleteLoaded(Set<String> prefixes) {
        if (!Files.isReadable(MAPPED_FILES)) {
            return;
        }
        Path temporary = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
        try (Stream<String> lines = Files.lines(MAPPED_FILES)) {
            Set<Path> loaded = lines.map(line -> line.indexOf('/') < 0 ? "" : line.substring(line.indexOf('/')))
                    .filter(path -> path.endsWith(".so"))
                    .map(Path::of)
                    .filter(path -> path.startsWith(temporary) && path.getNameCount() > temporary.getNameCount())
                    .filter(path -> startsWithAny(path.getName(temporary.getNameCount()), prefixes))
                    .collect(Collectors.toSet());
            for (Path library : loaded) {
                delete(library, loaded, temporary);
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("deleting loaded libraries from {}", temporary, e);
        }
    }

    private static boolean startsWithAny(Path name, Set<String> prefixes) {
        return prefixes.stream().anyMatch(prefix -> name.toString().startsWith(prefix));
    }

    private static void delete(Path library, Set<Path> loaded, Path temporary) throws IOException {
        Path directory = requireNonNull(library.getParent(), "directory");
        if (directory.equals(temporary)) {
            Files.deleteIfExists(library);
            Files.deleteIfExists(library.resolveSibling(library.getFileName() + LOCK));
            return;
        }
        // A library beside this one that is not loaded yet, such as the CUDA provider, is loaded by its path later.
        List<Path> all = list(directory);
        if (loaded.containsAll(all)) {
            for (Path file : all) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } else {
            deleteAtExit(directory);
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    /** Registers the directory before its files, because the JVM deletes in reverse order of registration. */
    private static void deleteAtExit(Path directory) throws IOException {
        directory.toFile().deleteOnExit();
        list(directory).forEach(file -> file.toFile().deleteOnExit());
    }
}
