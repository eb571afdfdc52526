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
 * @param confusion images by actual and predicted class
 * @param calibration reliability of the predicted probabilities
 * @param pairs paired outcomes by class: "before" is the uncompressed path, "after" is this path
 * @param agreement share of images that get the same class as on the uncompressed path
 * @param divergenceBits mean Kullback–Leibler divergence D(uncompressed posterior ‖ posterior of this path), in bits
 * @param featureMse mean squared error per value of the feature that the head received
 * @param bytes bytes sent for each image
 * @param bitsPerChannel entropy of these images' symbols by channel, in bits per code; null for a path without symbols
 * @param modelBitsPerChannel ideal code length by the entropy tables, by channel, in bits per code, without the coder's
 *     overhead; null for a path without tables
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

    /** Name of the path whose head receives the original feature. */
    public static final String UNCOMPRESSED = "uncompressed";

    /** Name of the path through the autoencoder without quantisation. */
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
