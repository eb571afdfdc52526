package io.featherwire.classifier.accuracy;

import static java.util.Objects.requireNonNull;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * The prediction of a frame.
 *
 * @param bundle fingerprint of the bundle, 16 hex digits
 * @param classIndex index of the predicted class in the bundle's class list
 * @param probability its softmax probability, 0..1
 * @param payloadBytes size of the payload that was classified
 * @param classifiedAt when, in ms since the epoch
 * @param uncompressedClass class index of the uncompressed path (shadow audit), or {@link #NOT_AUDITED}
 * @param imageBytes size of the encoded image where audited, else 0
 */
@RecordBuilder
public record FramePrediction(
        String bundle,
        int classIndex,
        float probability,
        int payloadBytes,
        long classifiedAt,
        int uncompressedClass,
        int imageBytes) {
    /** Stands for the uncompressed class of a frame that was not audited. */
    public static final int NOT_AUDITED = -1;

    /** Maximum number of classes of a bundle. */
    public static final int MAX_CLASSES = 1 << 15;

    /** Rejects values that the ledger's format cannot hold. */
    public FramePrediction {
        if (requireNonNull(bundle, "bundle").length() != 16) {
            throw new IllegalArgumentException("bundle is not 16 hex digits");
        }
        if (classIndex < 0 || classIndex >= MAX_CLASSES) {
            throw new IllegalArgumentException("classIndex " + classIndex + " is not in 0.." + (MAX_CLASSES - 1));
        }
        if (uncompressedClass < NOT_AUDITED || uncompressedClass >= MAX_CLASSES) {
            throw new IllegalArgumentException("uncompressedClass " + uncompressedClass + " is out of range");
        }
    }

    /** A prediction of a frame that was not audited. */
    public static FramePrediction of(
            String bundle, int classIndex, float probability, int payloadBytes, long classifiedAt) {
        return FramePredictionBuilder.builder()
                .bundle(bundle)
                .classIndex(classIndex)
                .probability(probability)
                .payloadBytes(payloadBytes)
                .classifiedAt(classifiedAt)
                .uncompressedClass(NOT_AUDITED)
                .imageBytes(0)
                .build();
    }

    /** The same prediction with the class of the uncompressed path. */
    public FramePrediction audited(int uncompressed, int bytesOfImage) {
        return FramePredictionBuilder.builder(this)
                .uncompressedClass(uncompressed)
                .imageBytes(bytesOfImage)
                .build();
    }

    boolean audited() {
        return uncompressedClass != NOT_AUDITED;
    }
}
