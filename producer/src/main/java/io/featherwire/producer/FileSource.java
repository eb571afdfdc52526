package io.featherwire.producer;

import io.featherwire.datasets.FileNames;
import io.featherwire.datasets.ImageFile;
import io.featherwire.datasets.ImageTree;
import io.featherwire.datasets.ImageTree.FoundFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** All image files below a directory, in order of their names, once or repeatedly, without labels. */
public final class FileSource implements ImageSource {

    private final Path root;
    private final ImageTree tree;
    private final List<FoundFile> files;
    private final boolean loop;
    private long position;

    private FileSource(Path root, ImageTree tree, boolean loop) {
        this.root = root;
        this.tree = tree;
        this.files = tree.files();
        this.loop = loop;
    }

    /** @throws NoSuchFileException if there is no such directory */
    public static FileSource below(Path root, boolean loop) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new NoSuchFileException(root.toString(), null, "no such directory");
        }
        return new FileSource(root, ImageTree.walk(root), loop);
    }

    @Override
    public SourceImage next() throws IOException {
        Path file = files.get((int) (position++ % files.size())).path();
        try {
            return new SourceImage(FileNames.printable(root.relativize(file)), ImageFile.read(file), null);
        } catch (IOException e) {
            throw new IOException(FileNames.reasonOf(file, e), e);
        }
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

    @Override
    public List<String> remarks() {
        return DirectoryWarnings.of(tree);
    }

    @Override
    public long unreadable() {
        return tree.faults().stream().filter(ImageTree.Fault::hides).count();
    }
}
