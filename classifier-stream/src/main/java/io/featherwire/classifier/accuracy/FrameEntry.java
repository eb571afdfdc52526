package io.featherwire.classifier.accuracy;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's state of one frame for one head: a value of the store.
 *
 * @param prediction the head's prediction; null while only labels have arrived
 * @param label the label that counts; null if there is none. It does not change any more when the frame's bucket is
 *     closed
 * @param bucketTime the time whose bucket counts the frame or, without a prediction, the waiting label, in ms
 * @param matchedAt the time at which the frame first had both prediction and label, in ms; or {@link #NEVER}
 * @param lateAt the time of the first label that arrived after the frame was given up, in ms; or {@link #NEVER}
 * @param corrections the number of labels that replaced an earlier label
 * @param predictionOffset the offset of the frame's newest features record; -1 for none
 * @param labelOffset the offset of the frame's newest label; -1 for none
 * @param waiting the labels that arrived before the prediction, in order; those that are not a class of any head become
 *     dead letters when the prediction arrives. Empty if there is a prediction
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
    /** The maximum number of waiting labels of one frame; the newest are kept. */
    static final int MAX_WAITING = 64;

    static final long NEVER = -1;
    static final long NO_OFFSET = -1;

    FrameEntry {
        if (prediction == null && label == null) {
            throw new IllegalArgumentException("an entry needs a prediction or a label");
        }
        waiting = List.copyOf(waiting);
    }

    static FrameEntry ofPrediction(FramePrediction prediction, long at, long offset, long labelOffset) {
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

    static FrameEntry ofUnmatchedLabel(UnmatchedLabel label, long at, long labelOffset) {
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

    /** Adds a further waiting label. */
    FrameEntry withFurtherWaiting(UnmatchedLabel next, long at, long offset) {
        var all = new ArrayList<>(waiting);
        all.add(next);
        var newest = all.subList(Math.max(0, all.size() - MAX_WAITING), all.size());
        return withLabel(next.label(), at, offset).withWaiting(newest);
    }

    private FrameEntry withWaiting(List<UnmatchedLabel> labels) {
        return FrameEntryBuilder.builder(this).waiting(labels).build();
    }

    /**
     * Adds the prediction to an entry with waiting labels.
     *
     * @param counts the label that counts
     * @param corrected the number of earlier labels that it replaced
     */
    FrameEntry withMatch(FramePrediction by, FrameLabel counts, int corrected, long at, long offset) {
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

    /**
     * Adds a label. It replaces an earlier label of another class; a repeated label keeps the time of the first one.
     */
    FrameEntry withLabel(FrameLabel by, long at, long offset) {
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
    FrameEntry withLateLabel(long at, long offset) {
        long first = lateAt == NEVER ? at : lateAt;
        return FrameEntryBuilder.builder(this).lateAt(first).labelOffset(offset).build();
    }

    /** Notes a further features record of the same frame: only the offset changes. */
    FrameEntry withReplay(long offset) {
        return FrameEntryBuilder.builder(this).predictionOffset(offset).build();
    }

    boolean isMatched() {
        return matchedAt != NEVER;
    }

    /** The newest time at which a bucket counts this entry, in ms. */
    long newestTime() {
        return Math.max(bucketTime, lateAt);
    }
}
