package io.featherwire.datasets;

import static java.util.Objects.requireNonNull;

import io.featherwire.datasets.ClassFolders.LabelledFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Images in folders named after their classes: {@code <root>/{train,test}/<class>/*.{jpg,jpeg,png}}, or {@code
 * <root>/<class>/*.{jpg,jpeg,png}}, of which a fifth of each class is then kept for testing, chosen by the hash of its
 * name. With nothing but {@code <root>/test} there is no image to train on.
 */
public final class ImageFolderDataset implements Dataset {

    private static final int ONE_IN = 5;
    private static final String TEST = "test";

    private final String name;
    private final List<String> classes;
    private final Split train;
    private final Split test;

    private ImageFolderDataset(String name, List<String> classes, Split train, Split test) {
        this.name = name;
        this.classes = List.copyOf(classes);
        this.train = train;
        this.test = test;
    }

    /** @throws DatasetException if the folders are not laid out as above, or a class has no image */
    public static ImageFolderDataset open(Path root) throws IOException {
        if (!Files.isDirectory(requireNonNull(root, "root"))) {
            throw new DatasetException("no directory '" + root + "'");
        }
        ClassFolders train = ClassFolders.in(root.resolve("train"));
        ClassFolders test = ClassFolders.in(root.resolve(TEST));
        if (!train.isEmpty() && !test.isEmpty()) {
            return divided(root, train, test);
        }
        if (!test.isEmpty() && ClassFolders.in(root).classes().equals(List.of(TEST))) {
            return onlyTest(root, test);
        }
        return undivided(root, train.isEmpty() ? ClassFolders.in(root) : train);
    }

    private static ImageFolderDataset divided(Path root, ClassFolders train, ClassFolders test) throws IOException {
        var unknown = new TreeSet<>(test.classes());
        train.classes().forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new DatasetException("'%s' has classes that '%s' lacks: %s"
                    .formatted(test.folder(), train.folder(), String.join(", ", unknown)));
        }
        List<LabelledFile> trainFiles = new ArrayList<>();
        List<LabelledFile> testFiles = new ArrayList<>();
        for (int label = 0; label < train.classes().size(); label++) {
            String name = train.classes().get(label);
            trainFiles.addAll(notEmpty(train, name, train.images(root, name, label)));
            testFiles.addAll(test.images(root, name, label));
        }
        return checked(root, train.classes(), trainFiles, testFiles);
    }

    private static ImageFolderDataset onlyTest(Path root, ClassFolders test) throws IOException {
        List<LabelledFile> files = new ArrayList<>();
        for (int label = 0; label < test.classes().size(); label++) {
            String name = test.classes().get(label);
            files.addAll(notEmpty(test, name, test.images(root, name, label)));
        }
        return checked(root, test.classes(), List.of(), files);
    }

    private static ImageFolderDataset undivided(Path root, ClassFolders folders) throws IOException {
        List<LabelledFile> train = new ArrayList<>();
        List<LabelledFile> test = new ArrayList<>();
        for (int label = 0; label < folders.classes().size(); label++) {
            String name = folders.classes().get(label);
            List<LabelledFile> files = notEmpty(folders, name, folders.images(root, name, label));
            int held = files.size() < 2 ? 0 : (files.size() + ONE_IN - 1) / ONE_IN;
            test.addAll(files.subList(0, held));
            train.addAll(files.subList(held, files.size()));
        }
        return checked(root, folders.classes(), train, test);
    }

    private static List<LabelledFile> notEmpty(ClassFolders folders, String name, List<LabelledFile> files)
            throws DatasetException {
        if (files.isEmpty()) {
            throw new DatasetException("class folder '%s' holds no .jpg, .jpeg or .png file"
                    .formatted(folders.folder().resolve(name)));
        }
        return files;
    }

    private static ImageFolderDataset checked(
            Path root, List<String> classes, List<LabelledFile> train, List<LabelledFile> test)
            throws DatasetException {
        if (classes.size() < 2 || test.isEmpty()) {
            throw new DatasetException(
                    ("'%s' has %d class folder(s) and %d test image(s); needed are at least two classes and one test"
                                    + " image, laid out as {train,test}/<class>/*.{jpg,jpeg,png} or <class>/*.{jpg,jpeg,png}")
                            .formatted(root, classes.size(), test.size()));
        }
        String name = String.valueOf(root.toAbsolutePath().normalize().getFileName());
        return new ImageFolderDataset(name, classes, files(train), files(test));
    }

    private static Split files(List<LabelledFile> files) {
        List<LabelledFile> scattered = ClassFolders.scatter(files);
        return new Split() {
            @Override
            public int size() {
                return scattered.size();
            }

            @Override
            public LabelledImage get(int index) throws IOException {
                LabelledFile file = scattered.get(index);
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
}
