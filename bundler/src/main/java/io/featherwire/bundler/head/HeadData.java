package io.featherwire.bundler.head;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The data of a head.
 *
 * @param labelled features for training and validation
 * @param test features that the fit never uses; null if there are none
 * @param payloadBytes mean bytes of a payload; 0 for uncompressed features
 * @param source where the features came from, for the provenance
 * @param leftOut how many frames or labels were not used, by reason
 */
public record HeadData(
        LabelledFeatures labelled,
        @Nullable LabelledFeatures test,
        double payloadBytes,
        String source,
        Map<String, Long> leftOut) {}
