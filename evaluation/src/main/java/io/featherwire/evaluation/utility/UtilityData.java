package io.featherwire.evaluation.utility;

import io.featherwire.evaluation.EvaluationException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Features to fit a codec to, and features of other classes to test heads and searches on.
 *
 * @param source description of the features' origin
 * @param lists classes, counts and seeds
 * @param codec unlabelled features of the codec's classes
 * @param training labelled features of the heads' classes
 * @param test labelled features of other images of the heads' classes
 * @param head network's own head, from features to logits; null if the network has no head or its feature is a map
 */
record UtilityData(
        String source,
        ClassSplit lists,
        ImageSubset codec,
        ImageSubset training,
        ImageSubset test,
        @Nullable Function<Rows, Rows> head) {

    /** Rejects data with too few images for codecs and heads. */
    void check() throws EvaluationException {
        int classes = lists().heads().size();
        if (codec().features().count() < 50) {
            throw new EvaluationException(
                    "Cannot fit codecs to " + codec().features().count()
                            + " features: at least 50 are needed. Give more images of the codec's classes.");
        }
        for (ImageSubset part : List.of(training, test)) {
            int[] counts = new int[classes];
            Arrays.stream(part.labels()).forEach(label -> counts[label]++);
            for (int k = 0; k < classes; k++) {
                if (counts[k] < 2) {
                    throw new EvaluationException("The class " + lists().heads().get(k) + " has " + counts[k]
                            + " images in train or test: heads need at least 2 in each.");
                }
            }
        }
    }
}
