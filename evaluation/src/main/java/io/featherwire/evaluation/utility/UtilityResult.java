package io.featherwire.evaluation.utility;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All codings of one network's features on one data set.
 *
 * @param source description of the features' origin
 * @param lists classes, counts and seeds
 * @param codecImages that codecs were fitted to
 * @param trainingImages of heads
 * @param testImages of searches, and of heads that are not tried in folds
 * @param headImages that heads were tested on
 * @param folds in which heads were tried, 1 for none
 * @param featureValues of one feature
 * @param rows float features first
 * @param equal bytes for equal loss, by coding; empty without codings of both sides
 * @param allClasses how a head of all classes did, null where none was asked for
 * @param notes remarks for the reader, such as what was left out
 * @param seconds that it took
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
        List<EqualLoss> equal,
        @Nullable LabelResult allClasses,
        List<String> notes,
        double seconds) {

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
