package io.featherwire.classifier.accuracy;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's state of one frame: a value of the store.
 *
 * @param prediction what was predicted, once that is known
 * @param label what counts as its label now; it is final once the frame's bucket is closed
 * @param bucketTime the time whose bucket counts the frame (with a prediction) or the waiting label (without), in ms
 * @param matchedAt when prediction and label first met, in ms; {@link #NEVER} before
 * @param lateAt when the first label came after the frame had been given up, in ms; {@link #NEVER} before
 * @param corrections how many labels replaced an earlier one
 * @param predictionOffset offset of the newest features record of this frame, -1 for none
 * @param labelOffset offset of the newest label of this frame, -1 for none
 * @param waiting the labels that came before the prediction, in order, so that it can be said later which of them were
 *     of no class; empty once the prediction is there
 */
@RecordBuilder
record FrameEntry(
        @Nullable FramePrediction prediction,
        @Nullable FrameLabel label,
        long bucketTime,
        long matchedAt,
        long lateAt,
        int corrections,
        long predictionOffset,
        long labelOffset,
        List<UnmatchedLabel> waiting) {
    /** Maximum number of waiting labels of one frame; the newest are kept. */
    static final int MOST_WAITING = 64;

    static final long NEVER = -1;
    static final long NO_OFFSET = -1;

    FrameEntry {
        if (prediction == null && label == null) {
            throw new IllegalArgumentException("an entry needs a prediction or a label");
        }
        waiting = List.copyOf(waiting);
    }

    static FrameEntry predicted(FramePrediction prediction, long at, long offset, long labelOffset) {
        return FrameEntryBuilder.builder()
                .bucketTime(at)
                .matchedAt(NEVER)
                .lateAt(NEVER)
                .corrections(0)
                .predictionOffset(offset)
                .labelOffset(labelOffset)
                .waiting(List.of())
                .prediction(prediction)
                .build();
    }

    static FrameEntry waiting(UnmatchedLabel label, long at, long labelOffset) {
        return FrameEntryBuilder.builder()
                .bucketTime(at)
                .matchedAt(NEVER)
                .lateAt(NEVER)
                .corrections(0)
                .predictionOffset(NO_OFFSET)
                .labelOffset(labelOffset)
                .waiting(List.of(label))
                .label(label.label())
                .build();
    }

    /** Adds a waiting label. */
    FrameEntry waitingToo(UnmatchedLabel next, long at, long offset) {
        var all = new ArrayList<>(waiting);
        all.add(next);
        var newest = all.subList(Math.max(0, all.size() - MOST_WAITING), all.size());
        return labelled(next.label(), at, offset).withWaiting(newest);
    }

    private FrameEntry withWaiting(List<UnmatchedLabel> labels) {
        return FrameEntryBuilder.builder(this).waiting(labels).build();
    }

    /**
     * Adds the classification to an entry with waiting labels.
     *
     * @param counts the label that counts
     * @param corrected number of earlier labels that it replaced
     */
    FrameEntry met(FramePrediction by, FrameLabel counts, int corrected, long at, long offset) {
        return FrameEntryBuilder.builder()
                .bucketTime(at)
                .matchedAt(at)
                .lateAt(NEVER)
                .corrections(corrected)
                .predictionOffset(offset)
                .labelOffset(labelOffset)
                .waiting(List.of())
                .prediction(by)
                .label(counts)
                .build();
    }

    /** Adds a label, the first or one that replaces an earlier one. A repeated label keeps the time of the first. */
    FrameEntry labelled(FrameLabel by, long at, long offset) {
        boolean same = label != null && label.name().equals(by.name());
        boolean correction = label != null && !same;
        long met = prediction == null ? NEVER : matchedAt == NEVER ? at : matchedAt;
        return FrameEntryBuilder.builder(this)
                .label(same ? label : by)
                .matchedAt(met)
                .corrections(corrections + (correction ? 1 : 0))
                .labelOffset(offset)
                .build();
    }

    /** Adds a label that arrived too late to count. */
    FrameEntry late(long at, long offset) {
        long first = lateAt == NEVER ? at : lateAt;
        return FrameEntryBuilder.builder(this).lateAt(first).labelOffset(offset).build();
    }

    /** Adds a further features record of the same frame: only the processed offset changes. */
    FrameEntry seenAgain(long offset) {
        return FrameEntryBuilder.builder(this).predictionOffset(offset).build();
    }

    boolean matched() {
        return matchedAt != NEVER;
    }

    /** The newest time of all buckets that count this entry. */
    long newestTime() {
        return Math.max(bucketTime, lateAt);
    }
}
