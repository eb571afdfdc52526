package io.featherwire.datasets;

import static java.util.Objects.requireNonNull;

import io.featherwire.datasets.ClassFolders.LabelledFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Images in folders that are named after their classes. The layout is {@code
 * <root>/{train,test}/<class>/*.{jpg,jpeg,png}} or {@code <root>/<class>/*.{jpg,jpeg,png}}. In the second layout a
 * fifth of each class, chosen by the hash of the file names, is kept for testing. Without a folder {@code test}, the
 * folder {@code val}, {@code valid} or {@code validation} is used. A directory with only {@code <root>/test} has no
 * training images.
 */
public final class ImageFolderDataset implements Dataset {

    private final String name;
    private final List<String> classes;
    private final Split train;
    private final Split test;
    private final List<String> remarks;

    private ImageFolderDataset(String name, FolderLayout.Parts parts, List<String> remarks) {
        this.name = name;
        this.classes = List.copyOf(parts.classes());
        this.train = files(parts.train());
        this.test = files(parts.test());
        this.remarks = List.copyOf(remarks);
    }

    /**
     * Opens a directory.
     *
     * @throws DatasetException if the directory does not have this layout, a class has no image, or a folder cannot be
     *     read
     */
    public static ImageFolderDataset open(Path root) throws IOException {
        return open(root, false);
    }

    /**
     * Opens a directory.
     *
     * @param lenient whether unreadable folders and classes without an image are skipped with a remark
     * @throws DatasetException if the directory does not have this layout, or fewer than two classes or no test image
     *     remain
     */
    public static ImageFolderDataset open(Path root, boolean lenient) throws IOException {
        if (!Files.isDirectory(requireNonNull(root, "root"))) {
            throw new DatasetException("no directory '" + root + "'");
        }
        var skipped = new SkippedFiles();
        FolderLayout.Parts parts = new FolderLayout(root, lenient, skipped).divide();
        String name = String.valueOf(root.toAbsolutePath().normalize().getFileName());
        return new ImageFolderDataset(name, parts, skipped.remarks());
    }

    /** Whether a directory has this layout. */
    public static boolean isLaidOut(Path root) {
        return Files.isDirectory(root) && FolderLayout.matches(root);
    }

    private static Split files(List<LabelledFile> files) {
        List<LabelledFile> shuffled = ClassFolders.shuffleByHash(files);
        return new Split() {
            @Override
            public int size() {
                return shuffled.size();
            }

            @Override
            public LabelledImage get(int index) throws IOException {
                LabelledFile file = shuffled.get(index);
                return new LabelledImage(file.id(), file.read(), file.label());
            }
        };
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public Split train() {
        return train;
    }

    @Override
    public Split test() {
        return test;
    }

    @Override
    public List<String> remarks() {
        return remarks;
    }
}
