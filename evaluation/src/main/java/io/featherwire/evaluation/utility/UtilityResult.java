package io.featherwire.evaluation.utility;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The results of all codings of one network's features on one data set.
 *
 * @param source description of the features' origin
 * @param lists classes, counts and seeds
 * @param codecImages number of images that codecs were fitted to
 * @param trainingImages number of training images of the heads
 * @param testImages number of test images of searches, and of heads without folds
 * @param headImages number of images that heads with all training images were tested on
 * @param folds number of folds of the heads' cross-validation, 1 for none
 * @param featureValues number of values of a feature
 * @param rows one row per coding, float features first
 * @param equal savings at equal loss, by coding; empty unless Featherwire's and other codings were measured
 * @param allClasses results of a head of all classes; null if none was requested
 * @param notes remarks for the reader of the report, such as skipped images
 * @param seconds duration of the measurement, interrupted runs included, in seconds
 * @param codings number of codings to measure, float features included
 * @param complete whether all codings and, if requested, the head of all classes are measured
 */
@RecordBuilder
public record UtilityResult(
        String source,
        ClassSplit lists,
        int codecImages,
        int trainingImages,
        int testImages,
        int headImages,
        int folds,
        int featureValues,
        List<UtilityRow> rows,
        List<EqualLossSavings> equal,
        @Nullable AllClassesResult allClasses,
        List<String> notes,
        double seconds,
        int codings,
        boolean complete) {

    public UtilityResult {
        rows = List.copyOf(rows);
        equal = List.copyOf(equal);
        notes = List.copyOf(notes);
    }

    /** The row of float features. */
    public UtilityRow reference() {
        return rows.get(0);
    }
}
