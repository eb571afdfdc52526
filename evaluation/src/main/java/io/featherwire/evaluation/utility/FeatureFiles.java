package io.featherwire.evaluation.utility;

import io.featherwire.evaluation.EvaluationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Measures features from files. The directory holds {@code train.npy} and {@code test.npy}, matrices [images, values]
 * of float32. {@code train.txt} and {@code test.txt} hold one line per row: the name of the row's class.
 */
public final class FeatureFiles {

    private FeatureFiles() {}

    /**
     * Reads a directory.
     *
     * @param lists class lists; null for the built-in lists of a known data set, or for the first 60 % of the classes
     *     by name for the codec
     * @param max maximum number of images per class; 0 for the numbers of the class lists
     */
    public static UtilityData read(Path directory, @Nullable ClassSplit lists, int max)
            throws IOException, EvaluationException {
        FloatMatrix train = NpyFile.read(directory.resolve("train.npy"));
        FloatMatrix test = NpyFile.read(directory.resolve("test.npy"));
        if (train.length() != test.length()) {
            throw new EvaluationException("Cannot use " + directory + ": features in train.npy have " + train.length()
                    + " values, features in test.npy have " + test.length() + ".");
        }
        List<String> trainClasses = readClasses(directory.resolve("train.txt"), train);
        List<String> testClasses = readClasses(directory.resolve("test.txt"), test);
        ClassSplit used = lists == null ? ClassSplit.of(dataSetName(directory), new TreeSet<>(trainClasses)) : lists;
        int training = max == 0 ? used.trainingImages() : Math.min(max, used.trainingImages());
        int testing = max == 0 ? used.testImages() : Math.min(max, used.testImages());
        return new UtilityData(
                "features in " + dataSetName(directory),
                used,
                selectImages(train, trainClasses, used.codec(), training, false),
                selectImages(train, trainClasses, used.heads(), training, true),
                selectImages(test, testClasses, used.heads(), testing, true),
                null);
    }

    /** Reads a directory and measures its features. */
    public static UtilityResult measure(
            Path directory, @Nullable ClassSplit lists, UtilityOptions options, UtilityRun run)
            throws IOException, EvaluationException {
        UtilityData data = read(directory, lists, options.most());
        AllClassesData classes = options.allClasses() ? allClasses(directory, data, options.most()) : null;
        return UtilityEvaluation.run(
                data,
                classes,
                options,
                List.of(),
                List.of("Features were given: no own prediction, no thumbnails."),
                run);
    }

    /** Reads the labelled images of all classes. */
    private static AllClassesData allClasses(Path directory, UtilityData data, int max)
            throws IOException, EvaluationException {
        FloatMatrix train = NpyFile.read(directory.resolve("train.npy"));
        FloatMatrix test = NpyFile.read(directory.resolve("test.npy"));
        List<String> codec = data.lists().codec();
        int training = max == 0
                ? data.lists().trainingImages()
                : Math.min(max, data.lists().trainingImages());
        int testing = max == 0
                ? data.lists().testImages()
                : Math.min(max, data.lists().testImages());
        return AllClassesData.of(
                data,
                codec.size(),
                selectImages(train, readClasses(directory.resolve("train.txt"), train), codec, training, true),
                selectImages(test, readClasses(directory.resolve("test.txt"), test), codec, testing, true));
    }

    private static String dataSetName(Path directory) {
        return String.valueOf(directory.toAbsolutePath().normalize().getFileName());
    }

    private static List<String> readClasses(Path file, FloatMatrix rows) throws IOException, EvaluationException {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() != rows.count()) {
            throw new EvaluationException("Cannot use " + file + ": it has " + lines.size()
                    + " lines, but the matrix of features has " + rows.count() + " rows.");
        }
        return lines.stream().map(String::strip).toList();
    }

    private static ImageSubset selectImages(
            FloatMatrix rows, List<String> classes, List<String> wanted, int max, boolean labelled) {
        List<Integer> indices = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (String name : wanted) {
            int taken = 0;
            for (int row = 0; row < rows.count() && taken < max; row++) {
                if (classes.get(row).equals(name)) {
                    indices.add(row);
                    labels.add(wanted.indexOf(name));
                    taken++;
                }
            }
        }
        return ImageSubset.of(
                rows.select(indices.stream().mapToInt(Integer::intValue).toArray()),
                labelled ? labels.stream().mapToInt(Integer::intValue).toArray() : new int[0]);
    }
}
