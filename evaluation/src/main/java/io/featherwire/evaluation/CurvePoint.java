package io.featherwire.evaluation;

import static java.util.Objects.requireNonNull;

import io.featherwire.evaluation.statistics.PairedProportions;
import io.featherwire.evaluation.statistics.Proportion;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.OptionalDouble;

/**
 * One way to send an image, with its cost and its accuracy.
 *
 * @param kind what is sent
 * @param series points of one series belong on one line
 * @param label short, unique within its series
 * @param bytes mean per image, everything counted
 * @param scanBytes mean per image without the headers that are the same in every file, for JPEG
 * @param outcome before: the uncompressed path on the same images; after: this point
 * @param agreement images given the same class as by the uncompressed path
 */
@RecordBuilder
public record CurvePoint(
        Kind kind,
        String series,
        String label,
        double bytes,
        OptionalDouble scanBytes,
        PairedProportions outcome,
        Proportion agreement) {

    /** What is sent. */
    public enum Kind {
        /** A payload in one of the bundle's own modes. */
        MODE,
        /** A payload of another bundle, in its default mode. */
        BUNDLE,
        /** Fixed-length symbols of fewer bits. */
        PACKED,
        /** Entropy-coded symbols of another step. */
        ENTROPY,
        /** Entropy-coded symbols of another step, with rate-distortion optimised quantisation. */
        SEARCHED,
        /** A JPEG file. */
        JPEG,
        /** A PNG file. */
        PNG,
        /** The original image file of the data set. */
        FILE,
        /** The pixels, 3 bytes each. */
        RGB,
        /** The feature as floats. */
        FEATURE
    }

    public CurvePoint {
        requireNonNull(kind, "kind");
        requireNonNull(series, "series");
        requireNonNull(label, "label");
        requireNonNull(scanBytes, "scanBytes");
        requireNonNull(outcome, "outcome");
        requireNonNull(agreement, "agreement");
    }

    public Proportion accuracy() {
        return outcome.after();
    }
}
