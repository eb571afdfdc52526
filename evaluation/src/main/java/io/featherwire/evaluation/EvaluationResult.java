package io.featherwire.evaluation;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.evaluation.statistics.PayloadSizes;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The result of an evaluation.
 *
 * @param bundle the evaluated bundle
 * @param variant precision of its graphs
 * @param device device of the networks
 * @param dataset name of the data set
 * @param part part of the data set, such as {@code test}
 * @param images number of classified images
 * @param skipped number of unusable images, by reason
 * @param imageBytes sizes of the image files
 * @param rgbBytes mean size of the decoded pixels, in bytes
 * @param uncompressed result of the head on the original feature
 * @param floatCode result through the autoencoder without quantisation
 * @param modes results through payloads; the bundle's default mode is among them
 * @param seconds wall time, without the curve
 * @param curve rate–accuracy curve, null if it was not requested
 */
@RecordBuilder
public record EvaluationResult(
        Bundle bundle,
        String variant,
        String device,
        String dataset,
        String part,
        int images,
        Map<String, Integer> skipped,
        PayloadSizes imageBytes,
        double rgbBytes,
        PathResult uncompressed,
        PathResult floatCode,
        List<PathResult> modes,
        double seconds,
        @Nullable RateCurve curve) {

    public EvaluationResult {
        requireNonNull(bundle, "bundle");
        skipped = Collections.unmodifiableMap(new TreeMap<>(skipped));
        modes = List.copyOf(modes);
    }

    public BundleManifest manifest() {
        return bundle.manifest();
    }

    public List<String> classes() {
        return manifest().classes();
    }

    /** The size of the feature as floats, in bytes. */
    public int featureBytes() {
        return Float.BYTES * manifest().featureShape().values();
    }

    /** The size of the code as floats, as the paper sends it, in bytes. */
    public int codeBytes() {
        return Float.BYTES * manifest().codeShape().values();
    }

    /** The result through the bundle's default payload mode, which the streams send. */
    public PathResult pathAsSent() {
        PayloadMode mode = manifest().defaultMode();
        return modes.stream()
                .filter(path -> path.name().equals(mode.text()))
                .findFirst()
                .orElseThrow();
    }

    /** By how much the mean payload is smaller than the float feature, in percent. */
    public double reductionPercent() {
        return 100 * (1 - pathAsSent().bytes().mean() / featureBytes());
    }

    /**
     * Adds the results of other bundles to the curve. The other bundles must have been evaluated on the curve's images.
     *
     * @throws IllegalStateException if there is no curve
     */
    public EvaluationResult withComparison(List<EvaluationResult> others) {
        if (curve == null) {
            throw new IllegalStateException("bundles are compared on the curve, and this result has no curve");
        }
        return EvaluationResultBuilder.builder(this)
                .curve(curve.withBundles(others))
                .build();
    }

    /** The results of all paths: uncompressed, float code, then the payload modes. */
    public List<PathResult> paths() {
        List<PathResult> paths = new ArrayList<>(List.of(uncompressed, floatCode));
        paths.addAll(modes);
        return List.copyOf(paths);
    }
}
