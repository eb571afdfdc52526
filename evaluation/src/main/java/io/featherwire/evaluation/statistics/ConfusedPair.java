package io.featherwire.evaluation.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A pair of classes with the images of one class that were predicted as the other class.
 *
 * @param actual index of the images' class
 * @param predicted index of the predicted class
 * @param before number of these images on the uncompressed path
 * @param after number of these images as sent
 * @param images number of all images of the actual class
 */
public record ConfusedPair(int actual, int predicted, int before, int after, int images) {

    /**
     * The pairs of classes with the most mistakes as sent. Mistakes on the uncompressed path break ties. Pairs without
     * mistakes are left out.
     */
    public static List<ConfusedPair> worst(ConfusionMatrix before, ConfusionMatrix after, int max) {
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
        return List.copyOf(pairs.subList(0, Math.min(max, pairs.size())));
    }
}
