package io.featherwire.bundler.head;

import java.util.Random;
import java.util.stream.IntStream;

/**
 * A split into training rows and validation rows, stratified by class.
 *
 * @param training the indexes of the training rows
 * @param validation the indexes of the validation rows
 */
record StratifiedSplit(int[] training, int[] validation) {

    static StratifiedSplit of(LabelledFeatures features, double share, long seed) {
        Random random = new Random(seed);
        int[] order = IntStream.range(0, features.rows()).toArray();
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        int[] wanted = features.countsByClass();
        for (int k = 0; k < wanted.length; k++) {
            wanted[k] = Math.max(1, (int) Math.round(wanted[k] * share));
        }
        boolean[] held = new boolean[order.length];
        for (int row : order) {
            held[row] = wanted[features.labels()[row]]-- > 0;
        }
        return new StratifiedSplit(
                IntStream.of(order).filter(row -> !held[row]).toArray(),
                IntStream.of(order).filter(row -> held[row]).toArray());
    }
}
