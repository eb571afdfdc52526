package io.featherwire.evaluation.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Images of one class that were taken for another.
 *
 * @param actual index of the class that they show
 * @param predicted index of the class that they were taken for
 * @param before how many on the uncompressed path
 * @param after how many as sent
 * @param images of the actual class
 */
public record ConfusedPair(int actual, int predicted, int before, int after, int images) {

    /**
     * The pairs of classes with the most mistakes as sent, ties by mistakes on the uncompressed path; pairs without
     * mistakes are omitted.
     */
    public static List<ConfusedPair> worst(ConfusionMatrix before, ConfusionMatrix after, int most) {
        List<ConfusedPair> pairs = new ArrayList<>();
        for (int actual = 0; actual < after.classes(); actual++) {
            int images = after.ofClass(actual).total();
            for (int predicted = 0; predicted < after.classes(); predicted++) {
                int sent = after.count(actual, predicted);
                int uncompressed = before.count(actual, predicted);
                if (actual != predicted && sent + uncompressed > 0) {
                    pairs.add(new ConfusedPair(actual, predicted, uncompressed, sent, images));
                }
            }
        }
        pairs.sort(Comparator.comparingInt(ConfusedPair::after)
                .thenComparingInt(ConfusedPair::before)
                .reversed()
                .thenComparingInt(ConfusedPair::actual)
                .thenComparingInt(ConfusedPair::predicted));
        return List.copyOf(pairs.subList(0, Math.min(most, pairs.size())));
    }
}
