package io.featherwire.classifier.accuracy;

/** The counters of {@link BundleCounts}. Their order is part of the stored format, so new counters go to the end. */
public enum Counter {
    /** Classified frames. */
    CLASSIFIED,
    /** The sum of the payload sizes of classified frames, in bytes. */
    PAYLOAD_BYTES,
    /** Classified frames with a label. */
    MATCHED,
    /** Matched frames whose prediction is correct. */
    CORRECT,
    /** The sum of the times from classification to label over the matched frames, in ms. */
    LABEL_DELAY_MS,
    /** Labels that replaced an earlier label. */
    LABEL_CORRECTED,
    /** Labels that arrived after their frame had been given up. */
    LABEL_LATE,
    /** Frames given up without a label. */
    LABEL_NEVER,
    /** Labels that wait for their frame. */
    LABEL_PENDING,
    /** Labels given up without a classification. */
    LABEL_WITHOUT_PREDICTION,
    /** Audited frames: classified frames whose class on the uncompressed path is known. */
    AUDITED,
    /** Audited frames where both paths predict the same class. */
    AUDIT_AGREED,
    /** Audited frames with a label. */
    AUDIT_MATCHED,
    /** Audited frames with a label whose prediction on the compressed path is correct. */
    AUDIT_CORRECT,
    /** Audited frames with a label whose prediction on the uncompressed path is correct. */
    AUDIT_UNCOMPRESSED_CORRECT,
    /** Audited frames with a label whose predictions on both paths are correct. */
    AUDIT_BOTH_CORRECT,
    /** The sum of the encoded image sizes of the audited frames, in bytes. */
    AUDIT_IMAGE_BYTES
}
