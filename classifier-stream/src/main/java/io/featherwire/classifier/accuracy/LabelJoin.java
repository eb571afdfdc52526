package io.featherwire.classifier.accuracy;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Joins labels that arrived before their frame with its classification: the result is the same as if they had arrived
 * after it, in the same order.
 *
 * @param counts the newest label that applies to the head, or null; of repeated labels of a class, the first
 * @param corrections number of earlier labels that it replaced
 */
record LabelJoin(@Nullable FrameLabel counts, int corrections) {

    /** @param taken whether a label counts for the head */
    static LabelJoin of(FrameEntry waiting, Predicate<FrameLabel> taken) {
        var only = waiting.label();
        if (waiting.waiting().isEmpty() && only != null && taken.test(only)) {
            // Written by a version that stored less of a waiting label.
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

    /** The records of the labels that apply to no head. */
    static List<byte[]> refused(FrameEntry waiting, Predicate<FrameLabel> taken) {
        return waiting.waiting().stream()
                .filter(each -> !taken.test(each.label()))
                .map(UnmatchedLabel::bytes)
                .toList();
    }
}
