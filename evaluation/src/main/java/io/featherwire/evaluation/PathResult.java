package io.featherwire.evaluation;

import static java.util.Objects.requireNonNull;

import io.featherwire.evaluation.statistics.ConfusionMatrix;
import io.featherwire.evaluation.statistics.PairedProportions;
import io.featherwire.evaluation.statistics.PayloadSizes;
import io.featherwire.evaluation.statistics.Proportion;
import io.featherwire.evaluation.statistics.ReliabilityDiagram;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The results of one path from feature to classification.
 *
 * @param name {@code uncompressed}, {@code float}, or a payload mode
 * @param confusion actual against predicted
 * @param calibration of its probabilities
 * @param pairs by class: before is the uncompressed path, after is this one
 * @param agreement images given the same class as by the uncompressed path
 * @param divergenceBits mean of D(uncompressed posterior ‖ this posterior)
 * @param featureMse mean square error per value of the feature that the head saw
 * @param bytes what was sent for each image
 * @param bitsPerChannel entropy of these images' symbols by channel, bits per code, null where there are no symbols
 * @param modelBitsPerChannel what the entropy tables ask for, bits per code, without the coder's overhead; null where
 *     there are no tables
 */
@RecordBuilder
public record PathResult(
        String name,
        ConfusionMatrix confusion,
        ReliabilityDiagram calibration,
        List<PairedProportions> pairs,
        Proportion agreement,
        double divergenceBits,
        double featureMse,
        PayloadSizes bytes,
        double @Nullable [] bitsPerChannel,
        double @Nullable [] modelBitsPerChannel) {

    /** Name of the path whose head sees the original feature. */
    public static final String UNCOMPRESSED = "uncompressed";

    /** Name of the path through the autoencoder without quantising. */
    public static final String FLOAT = "float";

    public PathResult {
        requireNonNull(name, "name");
        requireNonNull(confusion, "confusion");
        requireNonNull(calibration, "calibration");
        pairs = List.copyOf(pairs);
        requireNonNull(agreement, "agreement");
        requireNonNull(bytes, "bytes");
    }

    /** The counts of all classes together. */
    public PairedProportions overall() {
        return pairs.stream()
                .reduce(
                        new PairedProportions(0, 0, 0, 0),
                        (a, b) -> new PairedProportions(
                                a.both() + b.both(),
                                a.onlyBefore() + b.onlyBefore(),
                                a.onlyAfter() + b.onlyAfter(),
                                a.neither() + b.neither()));
    }

    public Proportion accuracy() {
        return confusion.overall();
    }
}
