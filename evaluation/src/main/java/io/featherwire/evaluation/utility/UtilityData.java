package io.featherwire.evaluation.utility;

import io.featherwire.evaluation.EvaluationException;
import java.util.Arrays;
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
        @Nullable Function<FloatMatrix, FloatMatrix> head) {

    /** Rejects data with too few images for codecs and heads. */
    void check() throws EvaluationException {
        if (codec().features().count() < 50) {
            throw new EvaluationException(
                    "Cannot fit codecs to " + codec().features().count()
                            + " features: at least 50 are needed. Give more images of the codec's classes.");
        }
        checkLabels("train", training);
        checkLabels("test", test);
    }

    private void checkLabels(String name, ImageSubset part) throws EvaluationException {
        int[] counts = new int[lists().heads().size()];
        Arrays.stream(part.labels()).forEach(label -> counts[label]++);
        for (int k = 0; k < counts.length; k++) {
            if (counts[k] < 2) {
                throw new EvaluationException("The class " + lists().heads().get(k) + " has too few usable images in "
                        + name + ": " + counts[k]
                        + ", heads need at least 2. Add images, or leave the class out with --class-lists.");
            }
        }
    }
}
