package io.featherwire.evaluation;

import io.featherwire.evaluation.statistics.Proportion;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A rate–accuracy curve: bytes against accuracy, every point measured on the same images.
 *
 * @param images number of images of each point
 * @param uncompressed accuracy of the uncompressed path on these images
 * @param labelBits log2 of the number of classes: bits of a label under a uniform distribution
 * @param predictionBits entropy of the classes that the uncompressed path predicts: the minimum mean bits of a predicted
 *     label
 * @param points the points of all series
 */
public record RateCurve(
        int images, Proportion uncompressed, double labelBits, double predictionBits, List<CurvePoint> points) {

    public RateCurve {
        points = List.copyOf(points);
    }

    /** Adds one point for each of some other bundles, which were evaluated on the same images. */
    RateCurve withBundles(List<EvaluationResult> others) {
        List<CurvePoint> all = new ArrayList<>(points);
        for (EvaluationResult other : others) {
            PathResult sent = other.pathAsSent();
            all.add(CurvePointBuilder.builder()
                    .kind(CurvePoint.Kind.BUNDLE)
                    .series("bundle")
                    .label(other.manifest().name())
                    .bytes(sent.bytes().mean())
                    .scanBytes(OptionalDouble.empty())
                    .outcome(sent.overall())
                    .agreement(sent.agreement())
                    .build());
        }
        return new RateCurve(images, uncompressed, labelBits, predictionBits, all);
    }
}
