package io.featherwire.classifier.accuracy;

import org.jspecify.annotations.Nullable;

/**
 * All that the ledger knows of one frame: the value of the store.
 *
 * @param prediction what was predicted, once that is known
 * @param label what counts as its label now; once the frame's bucket is closed it stays as it is
 * @param bucketTime the time whose bucket counts the frame (with a prediction) or the waiting label (without), in ms
 * @param matchedAt when prediction and label first met, in ms; {@link #NEVER} before
 * @param lateAt when the first label came after the frame had been given up, in ms; {@link #NEVER} before
 * @param corrections how many labels replaced an earlier one
 * @param predictionOffset offset of the newest features record of this frame, -1 for none
 * @param labelOffset offset of the newest label of this frame, -1 for none
 */
record FrameEntry(
        @Nullable FramePrediction prediction,
        @Nullable FrameLabel label,
        long bucketTime,
        long matchedAt,
        long lateAt,
        int corrections,
        long predictionOffset,
        long labelOffset) {
    static final long NEVER = -1;
    static final long NO_OFFSET = -1;

    FrameEntry {
        if (prediction == null && label == null) {
            throw new IllegalArgumentException("an entry needs a prediction or a label");
        }
    }

    static FrameEntry predicted(FramePrediction prediction, long at, long offset, long labelOffset) {
        return new FrameEntry(prediction, null, at, NEVER, NEVER, 0, offset, labelOffset);
    }

    static FrameEntry waiting(FrameLabel label, long at, long labelOffset) {
        return new FrameEntry(null, label, at, NEVER, NEVER, 0, NO_OFFSET, labelOffset);
    }

    /** The classification has come to a label that was waiting. */
    FrameEntry met(FramePrediction by, long at, long offset) {
        return new FrameEntry(by, label, at, at, NEVER, corrections, offset, labelOffset);
    }

    /** A label, the first or one that replaces an earlier one. The same class said again keeps the first time of it. */
    FrameEntry labelled(FrameLabel by, long at, long offset) {
        boolean same = label != null && label.name().equals(by.name());
        boolean correction = label != null && !same;
        long met = prediction == null ? NEVER : matchedAt == NEVER ? at : matchedAt;
        return new FrameEntry(
                prediction,
                same ? label : by,
                bucketTime,
                met,
                lateAt,
                corrections + (correction ? 1 : 0),
                predictionOffset,
                offset);
    }

    /** A label that came too late to count. */
    FrameEntry late(long at, long offset) {
        long first = lateAt == NEVER ? at : lateAt;
        return new FrameEntry(prediction, label, bucketTime, matchedAt, first, corrections, predictionOffset, offset);
    }

    /** A further features record of the same frame: nothing changes but the offset that is known to be done. */
    FrameEntry seenAgain(long offset) {
        return new FrameEntry(prediction, label, bucketTime, matchedAt, lateAt, corrections, offset, labelOffset);
    }

    boolean matched() {
        return matchedAt != NEVER;
    }

    /** The newest time whose bucket counts something of this entry. */
    long newestTime() {
        return Math.max(bucketTime, lateAt);
    }
}
