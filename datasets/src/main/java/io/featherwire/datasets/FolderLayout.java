package io.featherwire.datasets;

import io.featherwire.datasets.ClassFolders.LabelledFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Divides a directory into class folders, and their images into training and test images. */
final class FolderLayout {

    /** The classes, in the order of their labels, with training and test images. */
    record Parts(List<String> classes, List<LabelledFile> train, List<LabelledFile> test) {}

    private static final int TEST_SHARE = 5;
    private static final String TRAIN = "train";
    /** Names of test folders. The first one with class folders is used. */
    private static final List<String> TESTS = List.of("test", "val", "valid", "validation");

    private final Path root;
    private final boolean lenient;
    private final SkippedFiles skipped;

    /** @param lenient true to add unreadable folders and classes without images to the remarks; false to reject them */
    FolderLayout(Path root, boolean lenient, SkippedFiles skipped) {
        this.root = root;
        this.lenient = lenient;
        this.skipped = skipped;
    }

    /**
     * Whether a directory has class folders with images in its train or test folders, or has at least two class folders
     * with images and no image beside them.
     */
    static boolean matches(Path root) {
        boolean divided = Stream.concat(Stream.of(TRAIN), TESTS.stream())
                .anyMatch(part -> countWithImages(ClassFolders.in(root.resolve(part), new SkippedFiles()), root) > 0);
        ClassFolders folders = ClassFolders.in(root, new SkippedFiles());
        return divided || (folders.looseImages() == 0 && countWithImages(folders, root) >= 2);
    }

    private static long countWithImages(ClassFolders folders, Path root) {
        return folders.classes().stream()
                .filter(name ->
                        !folders.images(root, name, 0, new SkippedFiles()).isEmpty())
                .count();
    }

    Parts divide() throws DatasetException {
        ClassFolders train = ClassFolders.in(root.resolve(TRAIN), skipped);
        ClassFolders test = testFolders();
        // The remarks of this scan are discarded.
        var besides = new SkippedFiles();
        ClassFolders all = ClassFolders.in(root, besides);
        Parts parts;
        if (!train.isEmpty()) {
            remarkOnOtherFolders(all, test);
            parts = test.isEmpty() ? withoutTest(train) : withValidationSplit(train, test);
        } else if (!test.isEmpty() && TESTS.containsAll(all.classes())) {
            remarkOnOtherFolders(all, test);
            parts = testOnly(test);
        } else {
            parts = withoutTest(ClassFolders.in(root, skipped));
        }
        return requireImages(parts);
    }

    private ClassFolders testFolders() {
        for (String name : TESTS) {
            ClassFolders folders = ClassFolders.in(root.resolve(name), skipped);
            if (!folders.isEmpty()) {
                return folders;
            }
        }
        return new ClassFolders(root.resolve(TESTS.get(0)), List.of(), 0);
    }

    private void remarkOnOtherFolders(ClassFolders all, ClassFolders test) {
        String used = test.isEmpty() ? "" : test.folder().getFileName().toString();
        if (!used.isEmpty() && !used.equals(TESTS.get(0))) {
            skipped.addRemark("'" + used + "' is used as the test split, because there is no folder 'test'");
        }
        all.classes().stream()
                .filter(name -> !name.equals(TRAIN) && !name.equals(used))
                .forEach(name -> skipped.addRemark("'" + FileNames.printable(name) + "' in " + FileNames.printable(root)
                        + " is not used: it is neither the training split nor the test split"));
        if (all.looseImages() > 0) {
            skipped.addRemark("unused images in " + FileNames.printable(root) + ", outside the class folders: "
                    + all.looseImages());
        }
    }

    private Parts withValidationSplit(ClassFolders train, ClassFolders test) throws DatasetException {
        var unknown = new TreeSet<>(test.classes());
        train.classes().forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new DatasetException("'%s' has classes that '%s' lacks: %s"
                    .formatted(test.folder(), train.folder(), String.join(", ", unknown)));
        }
        List<String> classes = new ArrayList<>();
        List<LabelledFile> trainFiles = new ArrayList<>();
        List<LabelledFile> testFiles = new ArrayList<>();
        for (String name : train.classes()) {
            int label = classes.size();
            List<LabelledFile> files = images(train, name, label);
            List<LabelledFile> held = test.images(root, name, label, skipped);
            if (!files.isEmpty() || !held.isEmpty()) {
                classes.add(name);
                trainFiles.addAll(files);
                testFiles.addAll(held);
            }
        }
        return new Parts(classes, trainFiles, testFiles);
    }

    private Parts testOnly(ClassFolders test) throws DatasetException {
        List<String> classes = new ArrayList<>();
        List<LabelledFile> files = new ArrayList<>();
        for (String name : test.classes()) {
            List<LabelledFile> ofClass = images(test, name, classes.size());
            if (!ofClass.isEmpty()) {
                classes.add(name);
                files.addAll(ofClass);
            }
        }
        return new Parts(classes, List.of(), files);
    }

    private Parts withoutTest(ClassFolders folders) throws DatasetException {
        List<String> classes = new ArrayList<>();
        List<LabelledFile> train = new ArrayList<>();
        List<LabelledFile> test = new ArrayList<>();
        for (String name : folders.classes()) {
            List<LabelledFile> files = images(folders, name, classes.size());
            if (!files.isEmpty()) {
                classes.add(name);
                int held = files.size() < 2 ? 0 : (files.size() + TEST_SHARE - 1) / TEST_SHARE;
                test.addAll(files.subList(0, held));
                train.addAll(files.subList(held, files.size()));
            }
        }
        return new Parts(classes, train, test);
    }

    /** Lists the images of one class. The list is empty only in lenient mode or if the folder is unreadable. */
    private List<LabelledFile> images(ClassFolders folders, String name, int label) throws DatasetException {
        int before = skipped.unreadable().size();
        List<LabelledFile> files = folders.images(root, name, label, skipped);
        if (files.isEmpty() && skipped.unreadable().size() == before) {
            String empty = "class folder '%s' holds no .jpg, .jpeg or .png file"
                    .formatted(FileNames.printable(folders.folder().resolve(name)));
            if (!lenient) {
                throw new DatasetException(String.join("; ", withRemarks(empty)));
            }
            skipped.addRemark(empty);
        }
        return files;
    }

    private Parts requireImages(Parts parts) throws DatasetException {
        if (!lenient && !skipped.unreadable().isEmpty()) {
            throw new DatasetException("cannot read " + String.join("; cannot read ", skipped.unreadable())
                    + ". Make them readable, or skip them (--skip-bad)");
        }
        if (parts.classes().size() < 2 || parts.test().isEmpty()) {
            throw new DatasetException(String.join(
                    "; ",
                    withRemarks(
                            ("'%s' has %s class folder(s) and %s test image(s); at least two classes and one test image are needed,"
                                            + " laid out as {train,test}/<class>/*.{jpg,jpeg,png} or <class>/*.{jpg,jpeg,png}")
                                    .formatted(
                                            FileNames.printable(root),
                                            Integer.toString(parts.classes().size()),
                                            Integer.toString(parts.test().size())))));
        }
        return parts;
    }

    private List<String> withRemarks(String problem) {
        return Stream.concat(Stream.of(problem), skipped.remarks().stream()).toList();
    }
}
