package io.featherwire.bundler.head;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The features that a head is fitted to and tested on.
 *
 * @param labelled the features for training and validation
 * @param test the features that the fit does not use; null if there are none
 * @param payloadBytes the mean payload size in bytes; 0 for uncompressed features
 * @param source the origin of the features, for the provenance
 * @param leftOut the number of frames or labels that were not used, by reason
 */
public record HeadData(
        LabelledFeatures labelled,
        @Nullable LabelledFeatures test,
        double payloadBytes,
        String source,
        Map<String, Long> leftOut) {}
