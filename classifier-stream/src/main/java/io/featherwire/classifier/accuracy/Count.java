package io.featherwire.classifier.accuracy;

/** The counters of {@link BundleCounts}. The order is that of the stored form: append only. */
public enum Count {
    /** Frames classified. */
    CLASSIFIED,
    /** Sum of their payload sizes. */
    PAYLOAD_BYTES,
    /** Classified frames with a label. */
    MATCHED,
    /** Of those, frames whose prediction is correct. */
    CORRECT,
    /** Sum over the matched frames of the time from classification to label, in ms. */
    LABEL_DELAY_MS,
    /** Labels that replaced an earlier one. */
    LABEL_CORRECTED,
    /** Labels that arrived after their frame had been given up. */
    LABEL_LATE,
    /** Frames given up without a label. */
    LABEL_NEVER,
    /** Labels that wait for their frame. */
    LABEL_PENDING,
    /** Labels given up without a classification. */
    LABEL_WITHOUT_PREDICTION,
    /** Classified frames of which the uncompressed path's class is known. */
    AUDITED,
    /** Of those, frames where both paths agree. */
    AUDIT_AGREED,
    /** Audited frames with a label. */
    AUDIT_MATCHED,
    /** Of those, correct on the compressed path. */
    AUDIT_CORRECT,
    /** Audited frames whose prediction on the uncompressed path is correct. */
    AUDIT_UNCOMPRESSED_CORRECT,
    /** Of those, correct on both paths. */
    AUDIT_BOTH_CORRECT,
    /** Sum of the encoded image sizes of the audited frames. */
    AUDIT_IMAGE_BYTES
}
