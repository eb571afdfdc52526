package io.featherwire.classifier.accuracy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the labels that waited for a frame come to when it is classified: the same as if they had come after it, in the same order.
 *
 * @param counts the newest that is a class of the frame's bundle, or null; of the same class said again, the first
 * @param corrections how many of them it replaced, one after another
 * @param refused records of those that are no class of the bundle
 */
record LabelsMet(@Nullable FrameLabel counts, int corrections, List<byte[]> refused) {

    static LabelsMet of(FrameEntry waiting, Predicate<String> isClass) {
        FrameLabel counts = null;
        int corrections = 0;
        var refused = new ArrayList<byte[]>();
        for (var each : waiting.waiting()) {
            var label = each.label();
            if (!isClass.test(label.name())) {
                refused.add(each.bytes());
            } else if (counts == null) {
                counts = label;
            } else if (!counts.name().equals(label.name())) {
                counts = label;
                corrections++;
            }
        }
        var only = waiting.label();
        if (waiting.waiting().isEmpty() && only != null && isClass.test(only.name())) {
            // Written by a version that kept no more of a waiting label.
            return new LabelsMet(only, waiting.corrections(), List.of());
        }
        return new LabelsMet(counts, corrections, refused);
    }
}
