package io.featherwire.evaluation.utility;

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
        @Nullable Function<Rows, Rows> head) {}
