package io.featherwire.classifier.accuracy;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The result of the join between a prediction and the labels that arrived before it. It is the same as if they had
 * arrived after the prediction, in the same order.
 *
 * @param counts the newest label that applies to the head; if it was repeated, its first occurrence; null if no label
 *     applies
 * @param corrections the number of earlier labels that it replaced
 */
record LabelJoin(@Nullable FrameLabel counts, int corrections) {

    /**
     * Joins the waiting labels of an entry.
     *
     * @param taken whether a label counts for the head
     */
    static LabelJoin join(FrameEntry waiting, Predicate<FrameLabel> taken) {
        var only = waiting.label();
        if (waiting.waiting().isEmpty() && only != null && taken.test(only)) {
            // An earlier release wrote this entry, without its list of waiting labels.
            return new LabelJoin(only, waiting.corrections());
        }
        FrameLabel counts = null;
        int corrections = 0;
        for (var each : waiting.waiting()) {
            var label = each.label();
            if (taken.test(label)) {
                if (counts == null) {
                    counts = label;
                } else if (!counts.name().equals(label.name())) {
                    counts = label;
                    corrections++;
                }
            }
        }
        return new LabelJoin(counts, corrections);
    }

    /** The records of the waiting labels that apply to no head. */
    static List<byte[]> recordsWithoutHead(FrameEntry waiting, Predicate<FrameLabel> taken) {
        return waiting.waiting().stream()
                .filter(each -> !taken.test(each.label()))
                .map(UnmatchedLabel::recordBytes)
                .toList();
    }
}
