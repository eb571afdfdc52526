package io.featherwire.producer;

import io.featherwire.datasets.ImageFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** All image files below a directory, by name, once or over and over; nobody knows what they show. */
public final class FileSource implements ShotSource {

    private final Path root;
    private final List<Path> files;
    private final boolean loop;
    private long position;

    private FileSource(Path root, List<Path> files, boolean loop) {
        this.root = root;
        this.files = files;
        this.loop = loop;
    }

    public static FileSource below(Path root, boolean loop) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            List<Path> files = paths.filter(ImageFile::isNamedLikeOne)
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
            return new FileSource(root, files, loop);
        }
    }

    @Override
    public Shot next() throws IOException {
        Path file = files.get((int) (position++ % files.size()));
        return new Shot(root.relativize(file).toString(), ImageFile.read(file), null);
    }

    @Override
    public boolean isExhausted() {
        return files.isEmpty() || (!loop && position >= files.size());
    }

    @Override
    public OptionalLong size() {
        return loop ? OptionalLong.empty() : OptionalLong.of(files.size());
    }

    @Override
    public String name() {
        return "directory";
    }
}
