package io.featherwire.bundler.head;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a head is made of.
 *
 * @param labelled to fit to and to stop by
 * @param test to judge by, which the fit never sees; null where there is none
 * @param payloadBytes mean bytes of a payload; 0 where the features never were payloads
 * @param source where the features came from, for the provenance
 * @param leftOut how many frames or labels were not used, by reason
 */
public record HeadData(
        LabelledFeatures labelled,
        @Nullable LabelledFeatures test,
        double payloadBytes,
        String source,
        Map<String, Long> leftOut) {}
