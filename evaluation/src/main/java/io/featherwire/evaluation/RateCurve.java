package io.featherwire.evaluation;

import io.featherwire.evaluation.statistics.Proportion;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Bytes against accuracy, every point on the same images.
 *
 * @param images how many
 * @param uncompressed accuracy of the uncompressed path on them
 * @param labelBits log2 of the number of classes: bits of a label under a uniform distribution
 * @param answerBits entropy of the predicted classes on the uncompressed path: the minimum bits of a label
 * @param points all of them
 */
public record RateCurve(
        int images, Proportion uncompressed, double labelBits, double answerBits, List<CurvePoint> points) {

    public RateCurve {
        points = List.copyOf(points);
    }

    /** Adds a point for each of other bundles, evaluated on the same images. */
    RateCurve with(List<EvaluationResult> others) {
        List<CurvePoint> all = new ArrayList<>(points);
        for (EvaluationResult other : others) {
            PathResult sent = other.asSent();
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
        return new RateCurve(images, uncompressed, labelBits, answerBits, all);
    }
}
