package io.featherwire.classifier.accuracy;

import static java.util.Objects.requireNonNull;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * The prediction of one head for a frame.
 *
 * @param bundle the fingerprint of the bundle (for its own head) or of the further head, 16 hex digits
 * @param classIndex the index of the predicted class in the head's class list
 * @param probability the softmax probability of that class, 0..1
 * @param payloadBytes the size of the classified payload, in bytes
 * @param classifiedAt the time of the classification, in ms since 1970
 * @param uncompressedClass the class index on the uncompressed path (shadow audit), or {@link #NOT_AUDITED}
 * @param imageBytes the size of the encoded image in bytes; 0 if the frame was not audited
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
    /** The value of {@code uncompressedClass} for a frame that was not audited. */
    public static final int NOT_AUDITED = -1;

    /** The maximum number of classes of a head. */
    public static final int MAX_CLASSES = 1 << 15;

    /** Rejects values that the ledger's format cannot store. */
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

    /** The prediction for a frame that was not audited. */
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

    /** A copy of this prediction with the class on the uncompressed path. */
    public FramePrediction withAudit(int uncompressed, int bytesOfImage) {
        return FramePredictionBuilder.builder(this)
                .uncompressedClass(uncompressed)
                .imageBytes(bytesOfImage)
                .build();
    }

    boolean isAudited() {
        return uncompressedClass != NOT_AUDITED;
    }
}
