package io.featherwire.evaluation;

import static java.util.Objects.requireNonNull;

import io.featherwire.evaluation.statistics.PairedProportions;
import io.featherwire.evaluation.statistics.Proportion;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.OptionalDouble;

/**
 * A point of the rate–accuracy curve: one way to send an image, with its bytes and its accuracy.
 *
 * @param kind what is sent
 * @param series name of the line that the point belongs to
 * @param label short name, unique within the series
 * @param bytes mean bytes per image, headers included
 * @param scanBytes for JPEG: mean bytes per image without the headers, which are the same in every file
 * @param outcome paired outcomes on the same images: "before" is the uncompressed path, "after" is this point
 * @param agreement share of images that get the same class as on the uncompressed path
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
        /** Fixed-length symbols with fewer bits than in mode u8. */
        PACKED,
        /** Entropy-coded symbols with another quantiser step. */
        ENTROPY,
        /** Entropy-coded symbols with another quantiser step and rate-distortion optimised quantisation. */
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
