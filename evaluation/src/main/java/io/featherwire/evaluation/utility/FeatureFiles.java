package io.featherwire.evaluation.utility;

import io.featherwire.bundler.Progress;
import io.featherwire.evaluation.EvaluationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Features that were computed elsewhere: a directory with {@code train.npy} and {@code test.npy}, [images, values] of float32, and beside them
 * {@code train.txt} and {@code test.txt} with the class of each row, a line each.
 */
public final class FeatureFiles {

    private FeatureFiles() {}

    /**
     * Reads a directory.
     *
     * @param lists null for those of the data set that has these classes, else the first 60 % of the classes for the codec
     * @param most images of a class, 0 for what the lists say
     */
    public static UtilityData read(Path directory, @Nullable ClassSplit lists, int most)
            throws IOException, EvaluationException {
        Rows train = NpyFile.read(directory.resolve("train.npy"));
        Rows test = NpyFile.read(directory.resolve("test.npy"));
        if (train.length() != test.length()) {
            throw new EvaluationException("Cannot use " + directory + ": features of train have " + train.length()
                    + " values, those of test " + test.length() + ".");
        }
        List<String> trainClasses = classes(directory.resolve("train.txt"), train);
        List<String> testClasses = classes(directory.resolve("test.txt"), test);
        ClassSplit used = lists == null ? ClassSplit.of(name(directory), new TreeSet<>(trainClasses)) : lists;
        int training = most == 0 ? used.trainingImages() : Math.min(most, used.trainingImages());
        int testing = most == 0 ? used.testImages() : Math.min(most, used.testImages());
        return new UtilityData(
                "features in " + name(directory),
                used,
                part(train, trainClasses, used.codec(), training, false),
                part(train, trainClasses, used.heads(), training, true),
                part(test, testClasses, used.heads(), testing, true),
                null);
    }

    /** Reads a directory and measures its features. */
    public static UtilityResult measure(
            Path directory, @Nullable ClassSplit lists, UtilityOptions options, Progress progress)
            throws IOException, EvaluationException {
        UtilityData data = read(directory, lists, options.most());
        AllClasses classes = options.allClasses() ? allClasses(directory, data, options.most()) : null;
        return UtilityEvaluation.run(data, classes, options, progress);
    }

    /** The images of all classes, those of the codec's classes with their labels. */
    private static AllClasses allClasses(Path directory, UtilityData data, int most)
            throws IOException, EvaluationException {
        Rows train = NpyFile.read(directory.resolve("train.npy"));
        Rows test = NpyFile.read(directory.resolve("test.npy"));
        List<String> codec = data.lists().codec();
        int training = most == 0
                ? data.lists().trainingImages()
                : Math.min(most, data.lists().trainingImages());
        int testing = most == 0
                ? data.lists().testImages()
                : Math.min(most, data.lists().testImages());
        return AllClasses.of(
                data,
                codec.size(),
                part(train, classes(directory.resolve("train.txt"), train), codec, training, true),
                part(test, classes(directory.resolve("test.txt"), test), codec, testing, true));
    }

    private static String name(Path directory) {
        return String.valueOf(directory.toAbsolutePath().normalize().getFileName());
    }

    private static List<String> classes(Path file, Rows rows) throws IOException, EvaluationException {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() != rows.count()) {
            throw new EvaluationException("Cannot use " + file + ": it has " + lines.size()
                    + " lines, the features have " + rows.count() + " rows.");
        }
        return lines.stream().map(String::strip).toList();
    }

    private static ImageSubset part(Rows rows, List<String> classes, List<String> wanted, int most, boolean labelled) {
        List<Integer> indices = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (String name : wanted) {
            int taken = 0;
            for (int row = 0; row < rows.count() && taken < most; row++) {
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
